package fob.deployer.marathon.app;

import fob.deployer.marathon.config.MarathonTimings;
import fob.service.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long one app has not been in its wanted state, and computes when to look again. Used
 * by the app's steps alone; {@link #isStuck} may be called by any thread.
 */
public final class ConvergenceTimer {

  private static final int POLLS_OF_AGE = 4;

  private final MarathonTimings timings;
  private final Duration deadline;
  private final InstantSource clock;
  private final Backoff retries;
  private volatile @Nullable Instant since;
  private int refusals;

  public ConvergenceTimer(MarathonTimings timings, Duration deadline, InstantSource clock) {
    this.timings = timings;
    this.deadline = deadline;
    this.clock = clock;
    this.retries = Backoff.doublingLessHalf(timings.firstRetry(), timings.longestRetry());
  }

  /** The app is not in its wanted state. Starts the clock unless it runs already. */
  public void start() {
    if (since == null) {
      since = clock.instant();
    }
  }

  /** Starts the clock again from zero. */
  public void restart() {
    since = clock.instant();
  }

  /** The app is in its wanted state. Stops the clock. */
  public void stop() {
    since = null;
    refusals = 0;
  }

  /** Marathon has replied, so the next retry comes after the first delay. */
  public void replyReceived() {
    refusals = 0;
  }

  public Duration elapsed() {
    Instant from = since;
    return from == null ? Duration.ZERO : Duration.between(from, clock.instant());
  }

  public boolean isPastDeadline() {
    return elapsed().compareTo(deadline) >= 0;
  }

  /** Whether the status should say why the app waits. */
  public boolean isWorthAReason() {
    return elapsed().compareTo(timings.noteAfter()) >= 0;
  }

  /** Whether a third of the deadline has passed, so that the app may block others. */
  public boolean isStuck() {
    return elapsed().compareTo(deadline.dividedBy(3)) >= 0;
  }

  /** The delay until the next look at an app whose deployment runs. */
  public Duration nextPoll() {
    Duration ofAge = elapsed().dividedBy(POLLS_OF_AGE);
    return ofAge.compareTo(timings.firstPoll()) < 0
        ? timings.firstPoll()
        : ofAge.compareTo(timings.longestPoll()) < 0 ? ofAge : timings.longestPoll();
  }

  /** The delay until the next try after a failure; doubles with each, with random jitter. */
  public Duration nextRetry() {
    refusals++;
    return retries.delay(refusals, ThreadLocalRandom.current());
  }
}
