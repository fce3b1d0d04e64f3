package fob.gateway.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends replies that are too large for the memory, piece by piece. At most 16 are sent at a time,
 * and a client that does not read one in time loses its connection. Thread-safe.
 */
public final class Downloads {

  /** Writes the content. */
  @FunctionalInterface
  public interface Source {
    void copyTo(OutputStream out) throws IOException;
  }

  static final int MOST = 16;
  private static final Logger LOGGER = LoggerFactory.getLogger(Downloads.class);
  private static final int PART_OF_WAIT = 10;

  private final Semaphore permits = new Semaphore(MOST, true);
  private final Set<SlowClients.Reading> reading;
  private final Duration longest;

  /**
   * @param reading gets the replies that are being sent
   * @param longest how long one may take; a tenth of that is how long one waits for its turn
   */
  Downloads(Set<SlowClients.Reading> reading, Duration longest) {
    this.reading = reading;
    this.longest = longest;
  }

  /**
   * Sends a reply, whose headers are set already. Blocks until it is sent, or the client has gone.
   *
   * @param length the bytes of the content
   * @throws IOException if the source failed before anything was sent
   * @throws Problem if too many are being sent
   */
  public void send(Context http, long length, Source source)
      throws IOException, InterruptedException {
    http.res().setContentLengthLong(length);
    if (HandlerType.HEAD.equals(http.method())) {
      return;
    }
    if (!permits.tryAcquire(longest.toMillis() / PART_OF_WAIT, TimeUnit.MILLISECONDS)) {
      http.res().reset();
      throw Problem.ofGateway(
              429, "overloaded", "this gateway sends %d large replies already".formatted(MOST))
          .header("Retry-After", "1");
    }
    SlowClients.Reading client = SlowClients.Reading.of(http, longest);
    reading.add(client);
    try {
      source.copyTo(http.res().getOutputStream());
    } catch (IOException | RuntimeException e) {
      if (!http.res().isCommitted()) {
        http.res().reset();
        throw e;
      }
      LOGGER.atDebug().addKeyValue("path", http.path()).setCause(e).log("a reply was cut off");
      client.end("the reply is cut off"); // so that the client does not take it for whole
    } finally {
      reading.remove(client);
      permits.release();
    }
  }
}
