package fob.invoker;

import fob.service.Loop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many asynchronous calls run at a time in this invoker. While there are synchronous calls and
 * the machine is busy, fewer do; functions that wait rather than compute are not held back, since
 * they leave the machine idle. Nobody blocks here: a lane asks when it has a place, and is told
 * when to ask again. Thread-safe.
 */
final class AsyncLimit implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final Duration SYNC_FOR = Duration.ofSeconds(2);
  private static final double BUSY = 0.7;
  private static final double IDLE = 0.55;
  private static final int UNBOUNDED = 1_000_000;

  private final DoubleSupplier load;
  private final LongSupplier nanoTime;
  private final int cores;
  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedSet<Runnable> askAgain = new LinkedHashSet<>(); // guarded by lock
  private int running; // guarded by lock
  private int limit = UNBOUNDED; // guarded by lock
  private volatile long lastSyncNanos;
  private @Nullable Loop loop;

  /**
   * @param load of the machine, 0 to 1, since it was asked last
   */
  AsyncLimit(DoubleSupplier load, LongSupplier nanoTime, int cores) {
    this.load = load;
    this.nanoTime = nanoTime;
    this.cores = cores;
    this.lastSyncNanos = nanoTime.getAsLong() - SYNC_FOR.toNanos();
  }

  static AsyncLimit start(Loop loop) {
    var machine =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    AsyncLimit limit =
        new AsyncLimit(
            machine::getCpuLoad, System::nanoTime, Runtime.getRuntime().availableProcessors());
    limit.loop = loop;
    loop.startVirtual(() -> limit.run(loop));
    return limit;
  }

  /** There is a synchronous call. */
  void syncSeen() {
    long now = nanoTime.getAsLong();
    boolean first = now - lastSyncNanos >= SYNC_FOR.toNanos();
    lastSyncNanos = now;
    if (first) {
      lock.lock();
      try {
        limit = Math.min(limit, cores);
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Whether one more asynchronous call may run; then {@link #ended} must follow.
   *
   * @param again runs once it is worth asking again, if the answer is no; the same one for all
   *     questions of a lane
   */
  boolean mayBegin(Runnable again) {
    lock.lock();
    try {
      if (running < limit) {
        running++;
        return true;
      }
      askAgain.add(again);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** An asynchronous call has ended. Not to be called with the lock of a lane held. */
  void ended() {
    lock.lock();
    try {
      running--;
    } finally {
      lock.unlock();
    }
    letBegin();
  }

  /** In the order in which they asked, so that lanes take turns. */
  private void letBegin() {
    for (var next = nextToAsk(); next.isPresent(); next = nextToAsk()) {
      next.get().run();
    }
  }

  private Optional<Runnable> nextToAsk() {
    lock.lock();
    try {
      return running < limit && !askAgain.isEmpty()
          ? Optional.of(askAgain.removeFirst())
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void run(Loop turns) {
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        look();
        turns.succeeded();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Adapts how many may run. */
  void look() {
    double now = load.getAsDouble();
    boolean sync = nanoTime.getAsLong() - lastSyncNanos < SYNC_FOR.toNanos();
    lock.lock();
    try {
      if (!sync) {
        limit = UNBOUNDED;
      } else if (now > BUSY) {
        limit = Math.max(1, Math.min(limit, running) * 3 / 4);
      } else if (now < IDLE) {
        limit = Math.min(UNBOUNDED, limit + Math.max(1, limit / 8));
      }
    } finally {
      lock.unlock();
    }
    letBegin();
  }

  int limit() {
    lock.lock();
    try {
      return limit;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (loop != null) {
      loop.interrupt(CLOSE);
    }
  }
}
