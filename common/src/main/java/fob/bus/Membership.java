package fob.bus;

import fob.service.Threads;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a member of a group can be sure that it still is one. A process that stood still (it was
 * stopped, or its machine slept) may have been replaced meanwhile without knowing; a broker lets it
 * read on all the same, so it would run again what its successor has run. Thread-safe.
 */
final class Membership {

  /** Shorter than the least time after which a silent member is replaced, see {@link Bus}. */
  private static final Duration CERTAIN = Duration.ofSeconds(3);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final LongSupplier nanoTime;
  private volatile long lastKnownNanos;
  private volatile boolean ending;

  Membership(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastKnownNanos = nanoTime.getAsLong();
  }

  /** Whether so much time has passed since this was known that it has to be shown again. */
  boolean isDoubtful() {
    return nanoTime.getAsLong() - lastKnownNanos > CERTAIN.toNanos();
  }

  /** The poll thread turns as it should, or the group has just taken a commit of this member's. */
  void known() {
    lastKnownNanos = nanoTime.getAsLong();
  }

  /** The poll thread turns no more; what was read until now is this member's to finish. */
  void end() {
    ending = true;
  }

  /** Blocks while it is doubtful. */
  void awaitKnown() {
    while (isDoubtful() && !ending && !Thread.currentThread().isInterrupted()) {
      Threads.pause(LOOK_AGAIN);
    }
  }
}
