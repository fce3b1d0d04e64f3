package fob.deployer.local;

import java.time.Duration;

/**
 * How long one slot waits before it starts the next instance. An instance that dies before it is
 * ready and one that dies soon after are counted apart: only the first says that a function cannot
 * start. Not thread-safe.
 */
final class RestartDelays {

  static final Duration HEALTHY_AFTER = Duration.ofSeconds(10);
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST_BEFORE_READY = Duration.ofSeconds(60);
  private static final Duration LONGEST_AFTER_READY = Duration.ofSeconds(10);
  private static final int MOST_DOUBLINGS = 10;

  private static final Duration FIRST_AFTER_REFUSAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_AFTER_REFUSAL = Duration.ofSeconds(15);

  private int failedStarts;
  private int refusals;
  private int earlyEnds;

  void ready() {
    failedStarts = 0;
    refusals = 0;
  }

  /** An instance has ended before it was ready. */
  Duration afterFailedStart() {
    failedStarts++;
    return doubled(FIRST, failedStarts - 1, LONGEST_BEFORE_READY);
  }

  /** An instance could not be started, by no fault of the function's. */
  Duration afterRefusal() {
    refusals++;
    return doubled(FIRST_AFTER_REFUSAL, refusals - 1, LONGEST_AFTER_REFUSAL);
  }

  /** An instance has ended, or is about to, that had been ready for so long. */
  Duration afterServing(Duration served) {
    if (served.compareTo(HEALTHY_AFTER) >= 0) {
      earlyEnds = 0;
      return Duration.ZERO;
    }
    earlyEnds++;
    return earlyEnds == 1 ? Duration.ZERO : doubled(FIRST, earlyEnds - 2, LONGEST_AFTER_READY);
  }

  /** Whether instances end again and again, before they are ready or soon after. */
  boolean isTroubled() {
    return failedStarts > 0 || earlyEnds > 1;
  }

  /** In a row. */
  int failedStarts() {
    return failedStarts;
  }

  private static Duration doubled(Duration first, int times, Duration atMost) {
    Duration delay = first.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS));
    return delay.compareTo(atMost) < 0 ? delay : atMost;
  }
}
