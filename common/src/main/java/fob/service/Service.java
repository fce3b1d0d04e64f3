package fob.service;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running service. {@link #close} closes them in the reverse order of {@link #add},
 * also when one of them fails to close; such a failure is logged. Closing twice has no effect.
 * Thread-safe.
 */
public final class Service implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Service.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /** Adds a part and returns it. A service that is already closed closes the part at once. */
  public synchronized <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    if (closed) {
      close();
    }
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOGGER
            .atWarn()
            .addKeyValue("part", part.getClass().getSimpleName())
            .setCause(e)
            .log("close failed");
      }
    }
  }
}
