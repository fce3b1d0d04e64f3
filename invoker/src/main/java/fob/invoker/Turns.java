package fob.invoker;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many calls are on their way to a lane at a time. Virtual threads run in the order in
 * which they became ready. So without a bound, a thousand asynchronous calls that were read at once
 * would all go before a synchronous one that was read after them. Calls that wait in a lane and
 * calls that run have no turn. Thread-safe.
 */
final class Turns {

  private final Semaphore free;

  /**
   * @param most how many calls have a turn at a time, 1 or more
   */
  Turns(int most) {
    this.free = new Semaphore(most, true);
  }

  /** The right of one call to go on. Thread-safe. */
  @FunctionalInterface
  interface Turn {
    Turn NOT_NEEDED = () -> {};

    /** Lets the next call go on. Further calls of this method change nothing. */
    void end();
  }

  /** Waits until a further call may go on. The caller must end the turn. */
  Turn take() throws InterruptedException {
    free.acquire();
    AtomicBoolean ended = new AtomicBoolean();
    return () -> {
      if (!ended.getAndSet(true)) {
        free.release();
      }
    };
  }
}
