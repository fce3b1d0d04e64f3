package fob.service;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often a lasting problem is logged: a new message at once, the same message again once
 * a minute. Thread-safe.
 */
public final class RepeatedMessage {

  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private @Nullable String logged; // guarded by this
  private long loggedNanos; // guarded by this

  public RepeatedMessage() {
    this(System::nanoTime);
  }

  RepeatedMessage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns whether the caller should log this text now, and assumes that it does. */
  public synchronized boolean shouldLog(String text) {
    long now = nanoTime.getAsLong();
    if (text.equals(logged) && now - loggedNanos < PERIOD.toNanos()) {
      return false;
    }
    logged = text;
    loggedNanos = now;
    return true;
  }

  /**
   * Forgets the message, since the problem is over.
   *
   * @return whether a message had been logged
   */
  public synchronized boolean clear() {
    boolean wasLogged = logged != null;
    logged = null;
    return wasLogged;
  }
}
