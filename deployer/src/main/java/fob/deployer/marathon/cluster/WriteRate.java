package fob.deployer.marathon.cluster;

import fob.deployer.marathon.config.MarathonTimings;
import fob.service.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Bounds the rate of writes, since each one makes Marathon work on all of its apps. While Marathon
 * is full or fails, writes pause. Thread-safe.
 */
public final class WriteRate {

  private static final int FAILURES = 5;

  private final Duration every;
  private final Backoff backoff;
  private final InstantSource clock;
  private Instant next = Instant.MIN; // guarded by this
  private Instant closedUntil = Instant.MIN; // guarded by this
  private int failures; // guarded by this
  private int pauses; // guarded by this

  public WriteRate(MarathonTimings timings, InstantSource clock) {
    this.every = timings.writeEvery();
    this.backoff = Backoff.doubling(timings.firstRetry(), timings.longestRetry());
    this.clock = clock;
  }

  /** Blocks until the next write may be sent. */
  public void awaitTurn() throws InterruptedException {
    for (Duration wait = tryTurn(); wait.isPositive(); wait = tryTurn()) {
      Thread.sleep(wait);
    }
  }

  /** Takes a turn and returns zero, or returns how long to wait before the next try. */
  synchronized Duration tryTurn() {
    Instant now = clock.instant();
    Instant free = next.isAfter(closedUntil) ? next : closedUntil;
    if (free.isAfter(now)) {
      return Duration.between(now, free);
    }
    next = now.plus(every);
    return Duration.ZERO;
  }

  /** Marathon has replied to a write, so pauses end. */
  public synchronized void answered() {
    failures = 0;
    pauses = 0;
  }

  /** A write failed, or its outcome is unknown. After 5 in a row all writes pause. */
  public synchronized void failed() {
    failures++;
    if (failures >= FAILURES) {
      pause();
    }
  }

  /** Marathon takes no more writes at present: all writes pause. */
  public synchronized void full() {
    pause();
  }

  private void pause() {
    Instant now = clock.instant();
    if (closedUntil.isAfter(now)) {
      return;
    }
    pauses++;
    closedUntil = now.plus(backoff.delay(pauses));
  }
}
