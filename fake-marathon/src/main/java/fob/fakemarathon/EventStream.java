package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * {@code GET /v2/events}: server-sent events, with no replay. A reader that falls too far behind is
 * disconnected. Thread-safe; each reader's connection has a thread of its own.
 */
final class EventStream {

  private final EventFaults faults = new EventFaults();
  private final List<EventReader> readers = new CopyOnWriteArrayList<>();
  private final int maxOutstanding;
  private final Duration heartbeat;
  private final Timeline timeline;

  EventStream(int maxOutstanding, Duration heartbeat, Timeline timeline) {
    this.maxOutstanding = maxOutstanding;
    this.heartbeat = heartbeat;
    this.timeline = timeline;
  }

  EventFaults faults() {
    return faults;
  }

  int readers() {
    return readers.size();
  }

  /** Hands the event to every reader that wants it; does not wait for any. */
  synchronized void publish(ObjectNode event) {
    for (ObjectNode sent : faults.apply(event)) {
      for (EventReader reader : readers) {
        reader.offer(sent);
      }
    }
  }

  void closeAll() {
    readers.forEach(EventReader::disconnect);
  }

  /** Serves one reader on this thread until either side ends it. */
  void serve(HttpExchange exchange, Set<String> types) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream;charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-cache");
    exchange.sendResponseHeaders(200, 0);
    EventReader reader = new EventReader(types, maxOutstanding, Thread.currentThread());
    synchronized (this) {
      readers.add(reader);
      String remote = exchange.getRemoteAddress().toString();
      reader.offer(Events.attached(remote, timeline.now()));
    }
    try {
      OutputStream out = exchange.getResponseBody();
      reader.writeTo(out, heartbeat);
    } finally {
      readers.remove(reader);
    }
  }
}
