package fob.bus.loop;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Knows whether this process can be sure that it is still a member of its group. A process that
 * stood still (it was frozen, or its machine slept) may have been replaced meanwhile without
 * noticing. The broker lets it read on, so it would run records again that its successor has run.
 * Thread-safe.
 */
final class Membership {

  /** Shorter than the session timeout, after which the group replaces a silent member. */
  private static final Duration CERTAIN = Duration.ofSeconds(3);

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition certain = lock.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile long lastKnownNanos;
  private volatile boolean ending;

  Membership(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastKnownNanos = nanoTime.getAsLong();
  }

  /**
   * Returns whether the membership was last confirmed so long ago that it must be confirmed again.
   */
  boolean isDoubtful() {
    return nanoTime.getAsLong() - lastKnownNanos > CERTAIN.toNanos();
  }

  /**
   * Confirms the membership: the poll thread works as it should, or the group has just accepted a
   * commit.
   */
  void known() {
    lastKnownNanos = nanoTime.getAsLong();
    if (waiting.get() > 0) {
      wakeAll();
    }
  }

  /**
   * Ends the checks: the poll thread has ended, and this member finishes the records that it has
   * read.
   */
  void end() {
    ending = true;
    wakeAll();
  }

  private void wakeAll() {
    lock.lock();
    try {
      certain.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until the membership is confirmed, or the poll thread has ended. */
  void awaitKnown() {
    if (!isDoubtful() || ending) {
      return;
    }
    lock.lock();
    // Counts first, and then looks: so either this thread sees the confirmation, or known() sees
    // that it waits.
    waiting.incrementAndGet();
    try {
      while (isDoubtful() && !ending) {
        certain.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.decrementAndGet();
      lock.unlock();
    }
  }
}
