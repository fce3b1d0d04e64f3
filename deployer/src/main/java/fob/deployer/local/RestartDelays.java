package fob.deployer.local;

import fob.service.Backoff;
import java.time.Duration;
import java.util.Optional;

/**
 * Computes how long a slot waits before it starts the next instance. An instance that ends before
 * it is ready and one that ends soon after are counted apart: only the first says that a function
 * cannot start. Not thread-safe.
 */
final class RestartDelays {

  /** An instance that was ready for so long forgives all earlier ends. */
  static final Duration HEALTHY_AFTER = Duration.ofSeconds(10);

  private static final Backoff BEFORE_READY =
      Backoff.doubling(Duration.ofMillis(100), Duration.ofSeconds(60));
  private static final Backoff AFTER_READY =
      Backoff.doubling(Duration.ofMillis(100), Duration.ofSeconds(10));
  private static final Backoff AFTER_REFUSAL =
      Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(15));

  private static final Duration AFTER_HARM = Duration.ofSeconds(10);

  private int failedStarts;
  private int refusals;
  private int earlyEnds;

  /** An instance is ready. */
  void ready() {
    failedStarts = 0;
    refusals = 0;
  }

  /**
   * An instance has ended; returns the delay.
   *
   * @param served how long it was ready; empty if it was not
   */
  Duration after(InstanceEnd end, Optional<Duration> served) {
    if (end.refused().isPresent()) {
      return afterRefusal();
    }
    Duration delay = served.map(this::afterServing).orElseGet(this::afterFailedStart);
    return end.harmful() && delay.compareTo(AFTER_HARM) < 0 ? AFTER_HARM : delay;
  }

  /** An instance has ended before it was ready; returns the delay. */
  Duration afterFailedStart() {
    failedStarts++;
    return BEFORE_READY.delay(failedStarts);
  }

  /** An instance could not be started, by no fault of the function's; returns the delay. */
  Duration afterRefusal() {
    refusals++;
    return AFTER_REFUSAL.delay(refusals);
  }

  /** An instance that was ready for so long has ended, or will soon; returns the delay. */
  Duration afterServing(Duration served) {
    if (served.compareTo(HEALTHY_AFTER) >= 0) {
      earlyEnds = 0;
      return Duration.ZERO;
    }
    earlyEnds++;
    return earlyEnds == 1 ? Duration.ZERO : AFTER_READY.delay(earlyEnds - 1);
  }

  /** Whether instances end again and again, before they are ready or soon after. */
  boolean isTroubled() {
    return failedStarts > 0 || earlyEnds > 1;
  }

  /** Returns how many instances in a row have ended before they were ready. */
  int failedStarts() {
    return failedStarts;
  }
}
