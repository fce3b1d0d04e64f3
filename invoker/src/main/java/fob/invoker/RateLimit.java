package fob.invoker;

import fob.service.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds how often per second callers go on, by making them wait. Thread-safe. */
final class RateLimit {

  private final long gapNanos;
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  /**
   * @param perSecond how many callers go on in a second at most; 1 or more
   */
  RateLimit(int perSecond) {
    this.gapNanos = Duration.ofSeconds(1).toNanos() / perSecond;
  }

  /** Waits until this caller may go on; callers go on in the order in which they came. */
  void acquire() {
    long now = System.nanoTime();
    long turn = next.getAndUpdate(free -> Math.max(free, now) + gapNanos);
    if (turn - now > 0) {
      Threads.pause(Duration.ofNanos(turn - now));
    }
  }
}
