package fob.service;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * Permits an action once per key and period, for log lines and reports that a failure would
 * otherwise repeat each time it occurs. Remembers the 1,000 keys that were permitted last; a key
 * that it has forgotten is permitted at once. Thread-safe.
 */
public final class KeyedRateLimit {

  private static final int MOST_REMEMBERED = 1_000;

  private final long periodNanos;
  private final LongSupplier nanoTime;

  /** The time of the last permission of each key, oldest first; guarded by this. */
  private final SequencedMap<String, Long> permitted = new LinkedHashMap<>();

  /**
   * Creates a limit.
   *
   * @param period the least time between two permissions of one key
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  public KeyedRateLimit(Duration period, LongSupplier nanoTime) {
    this.periodNanos = period.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Returns whether the action is permitted now for this key. Never blocks. */
  public synchronized boolean tryAcquire(String key) {
    long now = nanoTime.getAsLong();
    Long before = permitted.get(key);
    if (before != null && now - before < periodNanos) {
      return false;
    }
    permitted.remove(key);
    permitted.put(key, now);
    if (permitted.size() > MOST_REMEMBERED) {
      permitted.pollFirstEntry();
    }
    return true;
  }
}
