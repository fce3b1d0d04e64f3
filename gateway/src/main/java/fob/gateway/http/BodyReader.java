package fob.gateway.http;

import fob.bus.wire.Topics;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies. It bounds the size of one body, the bytes of all bodies in memory, and the
 * time that a client may take. Thread-safe.
 */
public final class BodyReader {

  private static final int MAX = Topics.MAX_VALUE_BYTES;
  private static final int FIRST = 8 * 1024;

  private final ByteBudget budget;
  private final Duration patience;

  /**
   * @param patience the longest time that a body may take to arrive
   */
  BodyReader(ByteBudget budget, Duration patience) {
    this.budget = budget;
    this.patience = patience;
  }

  /**
   * Blocks until the whole body has arrived. The caller closes it once the bytes are not needed.
   *
   * @param what names the body in messages
   * @throws Problem 413 if the body is over the limit, 429 if the budget is used up, 408 if the
   *     client is too slow, 400 if the connection breaks
   */
  public Body read(Context http, String what) {
    long declared = http.req().getContentLengthLong();
    if (declared > MAX) {
      throw tooLarge(what);
    }
    ByteBudget.Lease lease = budget.lease();
    try {
      return new Body(new Upload(what, declared, lease).read(http.bodyInputStream()), lease);
    } catch (IOException e) {
      lease.close();
      throw isTimeout(e)
          ? tooSlow(what)
          : closing(Problem.ofGateway(400, "bad-request", what + " broke off"));
    } catch (Problem problem) {
      lease.close();
      throw problem;
    }
  }

  /** A body that the gateway made itself. Its bytes do not count against the budget. */
  public Body own(byte[] bytes) {
    return new Body(bytes, budget.lease());
  }

  /** The refusal of a request that does not fit into the budget. */
  static Problem overloaded(ByteBudget budget) {
    return closing(
        Problem.ofGateway(
                429,
                "overloaded",
                "requests in this gateway's memory have reached their bound of %d bytes (%s)"
                    .formatted(budget.max(), Bounds.REQUEST_BYTES))
            .header("Retry-After", "1"));
  }

  private Problem tooSlow(String what) {
    return closing(
        Problem.ofGateway(
            408,
            "too-slow",
            "%s has not arrived within %d s".formatted(what, patience.toSeconds())));
  }

  private static Problem tooLarge(String what) {
    return closing(
        Problem.ofGateway(
            413, "too-large", "%s is over the limit of %d bytes".formatted(what, MAX)));
  }

  /** Closes the connection, since the rest of the body is not read. */
  private static Problem closing(Problem problem) {
    return problem.header("Connection", "close");
  }

  private static boolean isTimeout(Throwable failure) {
    for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof TimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** One body that is being read. Used by one thread. */
  private final class Upload {

    private final String what;
    private final long declared;
    private final ByteBudget.Lease lease;
    private final long begun = System.nanoTime();
    private byte[] buffer = {};
    private int length;

    Upload(String what, long declared, ByteBudget.Lease lease) {
      this.what = what;
      this.declared = declared;
      this.lease = lease;
    }

    byte[] read(InputStream in) throws IOException {
      int read = 0;
      while (read >= 0) {
        if (length > MAX) {
          throw tooLarge(what);
        }
        if (length == buffer.length && length != declared) {
          makeRoom();
        }
        // The buffer may be full at the end of the body, and the end must still be read.
        read = length == declared ? in.read() : in.read(buffer, length, buffer.length - length);
        length += Math.max(0, read);
        if (System.nanoTime() - begun > patience.toNanos()) {
          throw tooSlow(what);
        }
      }
      return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
    }

    private void makeRoom() {
      long most = declared >= 0 ? declared : MAX + 1L;
      int room = (int) Math.min(most, Math.max(FIRST, 2L * buffer.length));
      if (!lease.grow(room - buffer.length, declared)) {
        throw overloaded(budget);
      }
      buffer = Arrays.copyOf(buffer, room);
    }
  }
}
