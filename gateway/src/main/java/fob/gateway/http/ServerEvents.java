package fob.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Writes server-sent events to one client. Used by the client's thread. */
public final class ServerEvents {

  /** A client that hears nothing for longer may take the connection for dead. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final OutputStream out;
  private final StringBuilder waiting = new StringBuilder();
  private long wroteNanos = System.nanoTime();

  public ServerEvents(OutputStream out) {
    this.out = out;
  }

  /** Adds a message, which {@link #flush} sends. Neither text may have line breaks. */
  public void add(String id, String data) {
    waiting.append("id: ").append(id).append("\ndata: ").append(data).append("\n\n");
  }

  /**
   * Sends an event with a name, and no id.
   *
   * @throws IOException if the client has gone
   */
  public void event(String name, String data) throws IOException {
    waiting.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
    flush();
  }

  /**
   * Sends a text that clients ignore.
   *
   * @throws IOException if the client has gone
   */
  public void comment(String text) throws IOException {
    waiting.append(": ").append(text).append("\n\n");
    flush();
  }

  /**
   * Sends what was added. If that is nothing, and nothing was sent for 10 s, it sends a comment.
   *
   * @throws IOException if the client has gone
   */
  public void flush() throws IOException {
    if (waiting.isEmpty() && System.nanoTime() - wroteNanos > HEARTBEAT.toNanos()) {
      waiting.append(": heartbeat\n\n");
    }
    if (!waiting.isEmpty()) {
      out.write(waiting.toString().getBytes(StandardCharsets.UTF_8));
      waiting.setLength(0);
      out.flush();
      wroteNanos = System.nanoTime();
    }
  }
}
