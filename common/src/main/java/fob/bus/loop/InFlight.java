package fob.bus.loop;

import fob.service.Threads;
import java.time.Duration;
import java.util.Collection;

/** Counts records that were read and are not done. */
final class InFlight {

  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private InFlight() {}

  static int count(Collection<CommitTracker> trackers) {
    return trackers.stream().mapToInt(CommitTracker::inFlight).sum();
  }

  /** Blocks until no record is in flight, for this long at most. */
  static void awaitNone(Collection<CommitTracker> trackers, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (count(trackers) > 0 && System.nanoTime() < deadline) {
      Threads.pause(LOOK_EVERY);
    }
  }
}
