package fob.deployer.marathon;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How long one app has been in trouble, and when to look again. Used by the app's steps alone. */
final class Patience {

  private static final int MOST_DOUBLINGS = 10;
  private static final int POLLS_OF_AGE = 4;
  private static final double JITTER = 0.5;

  private final Tempo tempo;
  private final Duration deadline;
  private final InstantSource clock;
  private volatile @Nullable Instant since;
  private int refusals;

  Patience(Tempo tempo, Duration deadline, InstantSource clock) {
    this.tempo = tempo;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** Something is wanted that is not there yet; the clock runs from the first time on. */
  void begin() {
    if (since == null) {
      since = clock.instant();
    }
  }

  /** The clock starts anew. */
  void beginAgain() {
    since = clock.instant();
  }

  /** All is as it should be. */
  void end() {
    since = null;
    refusals = 0;
  }

  /** Marathon has answered. */
  void answered() {
    refusals = 0;
  }

  Duration waited() {
    Instant from = since;
    return from == null ? Duration.ZERO : Duration.between(from, clock.instant());
  }

  boolean isOver() {
    return waited().compareTo(deadline) >= 0;
  }

  /** Long enough that a reason is of interest. */
  boolean isLong() {
    return waited().compareTo(tempo.noteAfter()) >= 0;
  }

  /** So long that it may be in the way of others. */
  boolean isStuck() {
    return waited().compareTo(deadline.dividedBy(3)) >= 0;
  }

  /** Until the next look at what goes its way. */
  Duration poll() {
    Duration ofAge = waited().dividedBy(POLLS_OF_AGE);
    return ofAge.compareTo(tempo.firstPoll()) < 0
        ? tempo.firstPoll()
        : ofAge.compareTo(tempo.longestPoll()) < 0 ? ofAge : tempo.longestPoll();
  }

  /** Until another try of what was refused. */
  Duration retry() {
    Duration delay = tempo.firstRetry().multipliedBy(1L << Math.min(refusals, MOST_DOUBLINGS));
    refusals++;
    Duration most = delay.compareTo(tempo.longestRetry()) < 0 ? delay : tempo.longestRetry();
    double factor = 1 - JITTER * ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (most.toNanos() * factor));
  }
}
