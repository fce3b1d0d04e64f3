package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** One reader of the event stream: a bounded buffer between the publisher and its connection. */
final class EventReader {

  private static final byte[] HEARTBEAT = "\r\n".getBytes(StandardCharsets.UTF_8);

  private final Set<String> types;
  private final BlockingQueue<ObjectNode> outstanding;
  private final Thread writer;

  /**
   * Makes a reader.
   *
   * @param types the event types that it wants; empty for all
   * @param writer the thread that calls {@link #writeTo}
   */
  EventReader(Set<String> types, int maxOutstanding, Thread writer) {
    this.types = types;
    this.outstanding = new ArrayBlockingQueue<>(maxOutstanding);
    this.writer = writer;
  }

  /** Takes an event if the reader wants it; disconnects a reader that is too slow. */
  void offer(ObjectNode event) {
    boolean wanted = types.isEmpty() || types.contains(event.path("eventType").asText());
    if (wanted && !outstanding.offer(event)) {
      disconnect();
    }
  }

  /** An interrupted write closes its connection, so this works on one that is stuck, too. */
  void disconnect() {
    writer.interrupt();
  }

  void writeTo(OutputStream out, Duration heartbeat) throws IOException {
    try {
      out.flush();
      while (!Thread.currentThread().isInterrupted()) {
        ObjectNode event = outstanding.poll(heartbeat.toMillis(), TimeUnit.MILLISECONDS);
        out.write(event == null ? HEARTBEAT : frame(event));
        out.flush();
      }
    } catch (InterruptedException e) {
      // disconnected: the caller closes the connection
    }
  }

  private static byte[] frame(ObjectNode event) throws IOException {
    return ("event: "
            + event.path("eventType").asText()
            + "\r\ndata: "
            + Json.MAPPER.writeValueAsString(event)
            + "\r\n\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
