package fob.service;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * Says of each of some keys whether it is time again: the first time, and then once a period. For
 * log lines and reports that a failure would otherwise repeat as often as it occurs. Remembers the
 * 1,000 keys that were last. Thread-safe.
 */
public final class KeyedRateLimit {

  private static final int MOST_REMEMBERED = 1_000;

  private final long periodNanos;
  private final LongSupplier nanoTime;

  /** When it was last time, oldest first; guarded by this. */
  private final SequencedMap<String, Long> last = new LinkedHashMap<>();

  public KeyedRateLimit(Duration period, LongSupplier nanoTime) {
    this.periodNanos = period.toNanos();
    this.nanoTime = nanoTime;
  }

  public synchronized boolean tryAcquire(String key) {
    long now = nanoTime.getAsLong();
    Long before = last.get(key);
    if (before != null && now - before < periodNanos) {
      return false;
    }
    last.remove(key);
    last.put(key, now);
    if (last.size() > MOST_REMEMBERED) {
      last.pollFirstEntry();
    }
    return true;
  }
}
