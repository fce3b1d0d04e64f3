package fob.service;

import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deadlines of things that mostly end earlier. All of them share one timer, which is set for the
 * first of them. So a deadline that is cancelled in time starts no timer and wakes no thread, and
 * nothing runs while there are no deadlines. Each is kept up to 20 ms late. Thread-safe.
 */
public final class Deadlines {

  private static final Logger LOGGER = LoggerFactory.getLogger(Deadlines.class);
  private static final long PRECISION = Duration.ofMillis(20).toNanos();
  private static final long NONE = Long.MAX_VALUE;

  private final long origin = System.nanoTime();
  private final AtomicLong opened = new AtomicLong();

  /** In the order in which they pass, so a timer looks at none of the later ones. */
  private final NavigableSet<Deadline> open =
      new ConcurrentSkipListSet<>(
          Comparator.<Deadline>comparingLong(deadline -> deadline.at)
              .thenComparingLong(deadline -> deadline.number));

  /** For when the timer is set. */
  private final AtomicLong next = new AtomicLong(NONE);

  /** One deadline, which is open until it passes or is cancelled. Equal only to itself. */
  public final class Deadline {

    private final long at;
    private final long number = opened.incrementAndGet();
    private final Runnable action;

    private Deadline(long at, Runnable action) {
      this.at = at;
      this.action = action;
    }

    /**
     * Cancels the deadline.
     *
     * @return whether it was open: false means that the action has run, runs now, or was cancelled
     *     before
     */
    public boolean cancel() {
      return open.remove(this);
    }
  }

  /**
   * Opens a deadline.
   *
   * @param time from now on
   * @param action run on another thread when the time has passed, unless the deadline was
   *     cancelled; must not block
   */
  public Deadline after(Duration time, Runnable action) {
    long ticks = Math.ceilDiv(now() + time.toNanos(), PRECISION);
    Deadline deadline = new Deadline(ticks * PRECISION, action);
    open.add(deadline);
    setTimer(deadline.at);
    return deadline;
  }

  /**
   * Blocks until a future is done, for the given time at most.
   *
   * @return whether the future is done, in whatever way
   */
  public boolean await(CompletableFuture<?> future, Duration atMost) throws InterruptedException {
    if (future.isDone()) {
      return true;
    }
    CompletableFuture<Boolean> isDone = future.handle((_, _) -> true);
    Deadline end = after(atMost, () -> isDone.complete(false));
    try {
      return isDone.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("this future is never completed with an exception", e);
    } finally {
      end.cancel();
    }
  }

  private long now() {
    return System.nanoTime() - origin;
  }

  /** Sets the timer, unless it is set for that time or an earlier one. */
  private void setTimer(long at) {
    if (at < next.getAndAccumulate(at, Math::min)) {
      CompletableFuture.delayedExecutor(
              at - now(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
          .execute(() -> look(at));
    }
  }

  private void look(long planned) {
    if (!next.compareAndSet(planned, NONE)) {
      return; // The timer was set anew, for an earlier time.
    }
    long now = now();
    open.stream()
        .filter(deadline -> deadline.at > now)
        .findFirst()
        .ifPresent(deadline -> setTimer(deadline.at));
    open.stream().takeWhile(deadline -> deadline.at <= now).forEach(this::pass);
  }

  private void pass(Deadline deadline) {
    if (deadline.cancel()) {
      try {
        deadline.action.run();
      } catch (RuntimeException bug) {
        LOGGER.atError().setCause(bug).log("what follows a deadline failed");
      }
    }
  }
}
