package fob.deployer.marathon.app;

import fob.deployer.marathon.config.MarathonTimings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How long one app has been in trouble, and when to look again. Used by the app's steps alone. */
public final class ConvergenceTimer {

  private static final int MOST_DOUBLINGS = 10;
  private static final int POLLS_OF_AGE = 4;
  private static final double JITTER = 0.5;

  private final MarathonTimings timings;
  private final Duration deadline;
  private final InstantSource clock;
  private volatile @Nullable Instant since;
  private int refusals;

  public ConvergenceTimer(MarathonTimings timings, Duration deadline, InstantSource clock) {
    this.timings = timings;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** Something is wanted that is not there yet; the clock runs from the first time on. */
  public void start() {
    if (since == null) {
      since = clock.instant();
    }
  }

  /** The clock starts anew. */
  public void restart() {
    since = clock.instant();
  }

  /** All is as it should be. */
  public void stop() {
    since = null;
    refusals = 0;
  }

  /** Marathon has answered. */
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

  /** Long enough that a reason is of interest. */
  public boolean isWorthAReason() {
    return elapsed().compareTo(timings.noteAfter()) >= 0;
  }

  /** So long that it may be in the way of others. */
  public boolean isStuck() {
    return elapsed().compareTo(deadline.dividedBy(3)) >= 0;
  }

  /** Until the next look at what goes its way. */
  public Duration nextPoll() {
    Duration ofAge = elapsed().dividedBy(POLLS_OF_AGE);
    return ofAge.compareTo(timings.firstPoll()) < 0
        ? timings.firstPoll()
        : ofAge.compareTo(timings.longestPoll()) < 0 ? ofAge : timings.longestPoll();
  }

  /** Until another try of what was refused. */
  public Duration nextRetry() {
    Duration delay = timings.firstRetry().multipliedBy(1L << Math.min(refusals, MOST_DOUBLINGS));
    refusals++;
    Duration most = delay.compareTo(timings.longestRetry()) < 0 ? delay : timings.longestRetry();
    double factor = 1 - JITTER * ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (most.toNanos() * factor));
  }
}
