package fob.cli;

import fob.cli.EventQueue.Broken;
import fob.cli.EventQueue.Connected;
import fob.cli.EventQueue.Event;
import fob.cli.EventQueue.Last;
import fob.cli.EventQueue.Message;
import fob.cli.EventQueue.Note;
import fob.cli.EventQueue.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a gateway sends for as long as there is something, also over restarts of the gateway.
 * Used by one thread.
 */
final class EventStream {

  /** As long as anybody waits for. */
  static final Duration FOREVER = Duration.ofDays(10_000);

  /** The gateway sends a comment at least every 10 s. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  private static final Duration BEFORE_RECONNECTING = Duration.ofSeconds(1);

  private final Gateway gateway;
  private final Output output;
  private final Consumer<String> sink;
  private @Nullable String lastId;
  private boolean hasConnected;

  /**
   * @param sink gets each message
   */
  EventStream(Gateway gateway, Output output, Consumer<String> sink) {
    this.gateway = gateway;
    this.output = output;
    this.sink = sink;
  }

  /**
   * Reads until the gateway says that there is no more, or the time is over.
   *
   * @throws CommandFailure if the gateway refuses, or could never be reached
   */
  void follow(Request.Builder request, Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    OkHttpClient http = gateway.client(LONGEST_SILENCE);
    while (System.nanoTime() < end) {
      if (lastId != null) {
        request.header("Last-Event-ID", lastId);
      }
      EventQueue events = new EventQueue();
      EventSource source = EventSources.createFactory(http).newEventSource(request.build(), events);
      try {
        if (!take(events, end)) {
          return;
        }
      } finally {
        source.cancel();
        events.close();
      }
      Thread.sleep(BEFORE_RECONNECTING);
    }
  }

  /** Takes what one connection brings. Returns whether another one may bring more. */
  private boolean take(EventQueue events, long end) throws InterruptedException {
    while (true) {
      Event event = events.next(end - System.nanoTime());
      if (event == null) {
        return false;
      }
      boolean goesOn = take(event);
      if (event instanceof Last || event instanceof Refused || event instanceof Broken) {
        return goesOn;
      }
    }
  }

  /** Returns whether more may come, perhaps on another connection. */
  private boolean take(Event event) {
    switch (event) {
      case Connected() -> hasConnected = true;
      case Message(String id, String text) -> {
        lastId = id == null ? lastId : id;
        sink.accept(text);
      }
      case Note(String text) -> output.say("fob: " + text);
      case Last(String type, String reason) -> {
        output.say("fob: " + (reason.isEmpty() ? type : reason));
        return type.equals("cut");
      }
      case Refused(Reply reply) -> {
        if (!mayPass(reply.status())) {
          throw Refusals.of(reply);
        }
        output.say("fob: " + Refusals.message(reply) + ", connecting again");
      }
      case Broken(String why) -> {
        if (!hasConnected) {
          throw gateway.unreachable(new IOException(why), LONGEST_SILENCE);
        }
        output.say("fob: the connection has ended (" + why + "), connecting again");
      }
    }
    return true;
  }

  /** A gateway that starts says 503. A proxy says what it likes while its gateway is away. */
  private boolean mayPass(int status) {
    return switch (status) {
      case 503 -> true;
      case 429, 502, 504 -> hasConnected;
      default -> false;
    };
  }
}
