package fob.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/** Follows the log of a function, also over restarts of the gateway. Used by one thread. */
final class LogStream {

  /** The gateway sends a comment at least every 10 s. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  private static final Duration BEFORE_RECONNECTING = Duration.ofSeconds(1);
  private static final int MOST_EVENTS = 10_000;
  private static final int UNAVAILABLE = 503;

  private final Gateway gateway;
  private final Output output;
  private @Nullable String lastId;
  private boolean hasConnected;

  LogStream(Gateway gateway, Output output) {
    this.gateway = gateway;
    this.output = output;
  }

  /** What comes from the stream. */
  private sealed interface Event {}

  private record Connected() implements Event {}

  private record Line(@Nullable String id, String text) implements Event {}

  /** The last event, with the reason. */
  private record Last(String type, String reason) implements Event {}

  private record Refused(Reply reply) implements Event {}

  private record Broken(String why) implements Event {}

  /**
   * Prints lines until the function is removed.
   *
   * @return the exit code
   * @throws CommandFailure if the gateway refuses, or could never be reached
   */
  int follow(Request.Builder request) throws InterruptedException {
    request.header("Accept", output.json() ? "application/json" : "text/event-stream");
    OkHttpClient http = Gateway.client(LONGEST_SILENCE);
    while (true) {
      if (lastId != null) {
        request.header("Last-Event-ID", lastId);
      }
      BlockingQueue<Event> events = new LinkedBlockingQueue<>(MOST_EVENTS);
      EventSource source =
          EventSources.createFactory(http).newEventSource(request.build(), new Listener(events));
      boolean goesOn = true;
      boolean connected = true;
      while (connected) {
        Event event = events.take();
        connected = event instanceof Line || event instanceof Connected;
        goesOn = take(event);
      }
      source.cancel();
      if (!goesOn) {
        return ExitCodes.OK;
      }
      Thread.sleep(BEFORE_RECONNECTING);
    }
  }

  /** Returns whether more may come, perhaps on another connection. */
  private boolean take(Event event) {
    switch (event) {
      case Connected() -> hasConnected = true;
      case Line(String id, String text) -> {
        lastId = id == null ? lastId : id;
        output.print(text);
      }
      case Last(String type, String reason) -> {
        output.say("fob: " + (reason.isEmpty() ? type : reason));
        return type.equals("cut");
      }
      case Refused(Reply reply) -> {
        if (reply.status() != UNAVAILABLE) {
          throw Refusals.of(reply);
        }
        output.say("fob: " + Refusals.message(reply));
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

  /** Puts what comes into a queue; waits if that is full, so the gateway waits too. */
  private static final class Listener extends EventSourceListener {
    private final BlockingQueue<Event> events;

    Listener(BlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public void onOpen(EventSource source, Response response) {
      put(new Connected());
    }

    @Override
    public void onEvent(
        EventSource source, @Nullable String id, @Nullable String type, String data) {
      put(type == null || type.equals("message") ? new Line(id, data) : new Last(type, data));
    }

    @Override
    public void onClosed(EventSource source) {
      put(new Broken("the gateway has closed it"));
    }

    @Override
    public void onFailure(
        EventSource source, @Nullable Throwable failure, @Nullable Response response) {
      if (response != null && !response.isSuccessful()) {
        put(new Refused(reply(response)));
      } else {
        put(
            new Broken(
                failure == null ? "no reason is known" : String.valueOf(failure.getMessage())));
      }
    }

    private static Reply reply(Response response) {
      try (ResponseBody body = response.body()) {
        return new Reply(response.code(), response.headers(), body.bytes());
      } catch (IOException e) {
        return new Reply(response.code(), response.headers(), new byte[0]);
      }
    }

    private void put(Event event) {
      try {
        events.put(event);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
