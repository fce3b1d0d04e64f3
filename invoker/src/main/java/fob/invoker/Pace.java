package fob.invoker;

import fob.service.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets through so many a second and makes the others wait for their turn. Thread-safe. */
final class Pace {

  private final long gapNanos;
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  Pace(int perSecond) {
    this.gapNanos = Duration.ofSeconds(1).toNanos() / perSecond;
  }

  /** Blocks until it is this caller's turn. */
  void await() {
    long now = System.nanoTime();
    long turn = next.getAndUpdate(free -> Math.max(free, now) + gapNanos);
    if (turn - now > 0) {
      Threads.pause(Duration.ofNanos(turn - now));
    }
  }
}
