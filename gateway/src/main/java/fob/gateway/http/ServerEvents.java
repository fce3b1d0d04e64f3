package fob.gateway.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Writes server-sent events to one client, as long as the client may have them. Used by the
 * client's thread.
 */
public final class ServerEvents {

  /** A client that hears nothing for longer may take the connection for dead. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** How often it is checked whether the client may go on. */
  private static final Duration CHECK = Duration.ofMillis(250);

  private static final String MAY_GO_ON = ServerEvents.class.getName();

  private final OutputStream out;
  private final BooleanSupplier mayGoOn;
  private final StringBuilder waiting = new StringBuilder();
  private long wroteNanos = System.nanoTime();
  private long checkedNanos = System.nanoTime();

  /**
   * @param mayGoOn whether the client may have further events
   */
  public ServerEvents(OutputStream out, BooleanSupplier mayGoOn) {
    this.out = out;
    this.mayGoOn = mayGoOn;
  }

  /** Begins the reply to a request. */
  public static ServerEvents replyTo(Context http) throws IOException {
    http.contentType("text/event-stream").header("X-Accel-Buffering", "no");
    BooleanSupplier check = http.attribute(MAY_GO_ON);
    return new ServerEvents(http.res().getOutputStream(), check == null ? () -> true : check);
  }

  /** Notes for a request how to find out later whether its client still may make it. */
  public static void check(Context http, BooleanSupplier mayGoOn) {
    http.attribute(MAY_GO_ON, mayGoOn);
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
   * @throws IOException if the client has gone, or may not go on; then its last event says so
   */
  public void flush() throws IOException {
    if (System.nanoTime() - checkedNanos > CHECK.toNanos()) {
      checkedNanos = System.nanoTime();
      if (!mayGoOn.getAsBoolean()) {
        waiting.setLength(0);
        waiting.append("event: refused\ndata: the key does not allow this any more\n\n");
        send();
        throw new IOException("the client may not go on");
      }
    }
    if (waiting.isEmpty() && System.nanoTime() - wroteNanos > HEARTBEAT.toNanos()) {
      waiting.append(": heartbeat\n\n");
    }
    if (!waiting.isEmpty()) {
      send();
    }
  }

  private void send() throws IOException {
    out.write(waiting.toString().getBytes(StandardCharsets.UTF_8));
    waiting.setLength(0);
    out.flush();
    wroteNanos = System.nanoTime();
  }
}
