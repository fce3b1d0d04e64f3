package fob.deployer.marathon.cluster;

import fob.deployer.marathon.config.MarathonTimings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * When the next write may be sent. Every one costs Marathon work on all of its apps, so they come
 * at a bounded rate, and not at all for a while where it is full or fails. Thread-safe.
 */
public final class WriteRate {

  private static final int FAILURES = 5;
  private static final int MOST_DOUBLINGS = 5;

  private final Duration every;
  private final Duration firstPause;
  private final Duration longestPause;
  private final InstantSource clock;
  private Instant next = Instant.MIN; // guarded by this
  private Instant closedUntil = Instant.MIN; // guarded by this
  private int failures; // guarded by this
  private int pauses; // guarded by this

  public WriteRate(MarathonTimings timings, InstantSource clock) {
    this.every = timings.writeEvery();
    this.firstPause = timings.firstRetry();
    this.longestPause = timings.longestRetry();
    this.clock = clock;
  }

  /** Waits for one's turn. */
  public void awaitTurn() throws InterruptedException {
    for (Duration wait = tryTurn(); wait.isPositive(); wait = tryTurn()) {
      Thread.sleep(wait);
    }
  }

  /** How long to wait before another try; zero is a turn. */
  synchronized Duration tryTurn() {
    Instant now = clock.instant();
    Instant free = next.isAfter(closedUntil) ? next : closedUntil;
    if (free.isAfter(now)) {
      return Duration.between(now, free);
    }
    next = now.plus(every);
    return Duration.ZERO;
  }

  /** Marathon has answered a write sensibly. */
  public synchronized void answered() {
    failures = 0;
    pauses = 0;
  }

  /** A write failed, or nobody knows. Several in a row, and all pause. */
  public synchronized void failed() {
    failures++;
    if (failures >= FAILURES) {
      pause();
    }
  }

  /** Marathon takes no more writes at present. */
  public synchronized void full() {
    pause();
  }

  private void pause() {
    Instant now = clock.instant();
    if (closedUntil.isAfter(now)) {
      return;
    }
    Duration pause = firstPause.multipliedBy(1L << Math.min(pauses, MOST_DOUBLINGS));
    pauses++;
    closedUntil = now.plus(pause.compareTo(longestPause) < 0 ? pause : longestPause);
  }
}
