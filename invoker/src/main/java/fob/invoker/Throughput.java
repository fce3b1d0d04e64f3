package fob.invoker;

import java.time.Duration;

/** Counts events and tells how many there were in the last full second. Not thread-safe. */
final class Throughput {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long beganNanos = System.nanoTime();
  private int current;
  private int last;

  /** Counts one event. */
  void count() {
    advance();
    current++;
  }

  /** Returns the number of events in the last full second. */
  int perSecond() {
    advance();
    return last;
  }

  private void advance() {
    long passed = System.nanoTime() - beganNanos;
    if (passed >= SECOND) {
      last = passed < 2 * SECOND ? current : 0;
      current = 0;
      beganNanos += passed;
    }
  }
}
