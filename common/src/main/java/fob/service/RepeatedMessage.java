package fob.service;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the log lines of something that goes on: it is told at once when it is new, and then once
 * a minute. Thread-safe.
 */
public final class RepeatedMessage {

  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private @Nullable String told; // guarded by this
  private long toldNanos; // guarded by this

  public RepeatedMessage() {
    this(System::nanoTime);
  }

  RepeatedMessage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether this text is to be told now; the caller does so. */
  public synchronized boolean shouldLog(String text) {
    long now = nanoTime.getAsLong();
    if (text.equals(told) && now - toldNanos < AGAIN.toNanos()) {
      return false;
    }
    told = text;
    toldNanos = now;
    return true;
  }

  /**
   * It is over.
   *
   * @return whether it had been told
   */
  public synchronized boolean clear() {
    boolean wasTold = told != null;
    told = null;
    return wasTold;
  }
}
