package fob.invoker;

import java.time.Duration;

/** How many there were in the last full second. Not thread-safe. */
final class Throughput {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long beganNanos = System.nanoTime();
  private int counting;
  private int last;

  void count() {
    turn();
    counting++;
  }

  int perSecond() {
    turn();
    return last;
  }

  private void turn() {
    long passed = System.nanoTime() - beganNanos;
    if (passed >= SECOND) {
      last = passed < 2 * SECOND ? counting : 0;
      counting = 0;
      beganNanos += passed;
    }
  }
}
