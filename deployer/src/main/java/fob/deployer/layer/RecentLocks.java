package fob.deployer.layer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The exact versions that were chosen a short time ago, by the key of what they were chosen for.
 * They are in memory only, up to bounds. Thread-safe.
 */
final class RecentLocks {

  private static final int MOST = 256;

  /** A longer list, of some hundred packages, is not kept. */
  private static final int LONGEST = 64 * 1024;

  private record Chosen(Lock lock, Instant at) {}

  private final Duration reuse;
  private final InstantSource clock;

  /** The oldest one is the first. */
  private final LinkedHashMap<String, Chosen> byKey = new LinkedHashMap<>(); // guarded by this

  /**
   * @param reuse how long a lock is given out
   */
  RecentLocks(Duration reuse, InstantSource clock) {
    this.reuse = reuse;
    this.clock = clock;
  }

  /** Returns the lock of a key, if it is not too old. */
  synchronized Optional<Lock> find(String key) {
    Chosen chosen = byKey.get(key);
    return chosen == null || !clock.instant().isBefore(chosen.at.plus(reuse))
        ? Optional.empty()
        : Optional.of(chosen.lock);
  }

  /** Keeps a lock that has just been chosen. */
  synchronized void add(String key, Lock lock) {
    if (lock.text().length() <= LONGEST) {
      byKey.remove(key);
      byKey.put(key, new Chosen(lock, clock.instant()));
      if (byKey.size() > MOST) {
        byKey.remove(byKey.firstEntry().getKey());
      }
    }
  }

  /** What the lock of a key names cannot be installed. */
  synchronized void remove(String key) {
    byKey.remove(key);
  }
}
