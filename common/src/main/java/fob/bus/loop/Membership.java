package fob.bus.loop;

import fob.bus.Bus;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Whether a member of a group can be sure that it still is one. A process that stood still (it was
 * stopped, or its machine slept) may have been replaced meanwhile without knowing; a broker lets it
 * read on all the same, so it would run again what its successor has run. Thread-safe.
 */
final class Membership {

  /** Shorter than the least time after which a silent member is replaced, see {@link Bus}. */
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

  /** Whether so much time has passed since this was known that it has to be shown again. */
  boolean isDoubtful() {
    return nanoTime.getAsLong() - lastKnownNanos > CERTAIN.toNanos();
  }

  /** The poll thread turns as it should, or the group has just taken a commit of this member's. */
  void known() {
    lastKnownNanos = nanoTime.getAsLong();
    if (waiting.get() > 0) {
      wakeAll();
    }
  }

  /** The poll thread turns no more; what was read until now is this member's to finish. */
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

  /** Blocks while it is doubtful: until the poll thread has turned again, or ends. */
  void awaitKnown() {
    if (!isDoubtful() || ending) {
      return;
    }
    lock.lock();
    // Before it looks: then either it sees that it is known, or known() sees that it waits.
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
