package fob.cli;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import org.jspecify.annotations.Nullable;

/**
 * Puts what comes from a gateway into a queue, which one thread reads. If it is full, it waits, so
 * the gateway waits too.
 */
final class EventQueue extends EventSourceListener {
  private static final int MOST_EVENTS = 10_000;

  /** What comes from the stream. */
  sealed interface Event {}

  record Connected() implements Event {}

  record Message(@Nullable String id, String text) implements Event {}

  /** A remark for people, after which the stream goes on. */
  record Note(String text) implements Event {}

  /** The last event, with the reason. */
  record Last(String type, String reason) implements Event {}

  record Refused(Reply reply) implements Event {}

  record Broken(String why) implements Event {}

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(MOST_EVENTS);
  private volatile boolean closed;

  @Override
  public void onOpen(EventSource source, Response response) {
    put(new Connected());
  }

  @Override
  public void onEvent(EventSource source, @Nullable String id, @Nullable String type, String data) {
    put(
        switch (type) {
          case null -> new Message(id, data);
          case "message", "step" -> new Message(id, data);
          case "note" -> new Note(data);
          default -> new Last(type, data);
        });
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
      if (!closed) {
        events.put(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the next event; null if none comes in that time. */
  @Nullable Event next(long nanos) throws InterruptedException {
    return events.poll(nanos, TimeUnit.NANOSECONDS);
  }

  /** Lets a thread go that waits until there is room. */
  void close() {
    closed = true;
    events.clear();
  }
}
