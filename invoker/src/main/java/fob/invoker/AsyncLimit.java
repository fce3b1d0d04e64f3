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
 * Bounds how many asynchronous calls run at a time in this invoker. The bound falls while the
 * machine is busy and there are synchronous calls, and rises while the machine is idle, so
 * functions that wait rather than compute are not held back. Without synchronous calls in the last
 * 2 s there is no bound. No method blocks. Thread-safe.
 */
final class AsyncLimit implements AutoCloseable {

  private static final Duration ADAPT_EVERY = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final Duration SYNC_SEEN_FOR = Duration.ofSeconds(2);
  private static final double BUSY_LOAD = 0.7;
  private static final double IDLE_LOAD = 0.55;
  private static final int UNBOUNDED = 1_000_000;

  private final DoubleSupplier load;
  private final LongSupplier nanoTime;
  private final int cores;
  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedSet<Runnable> refused = new LinkedHashSet<>(); // guarded by lock
  private int running; // guarded by lock
  private int limit = UNBOUNDED; // guarded by lock
  private volatile long lastSyncNanos;
  private @Nullable Loop loop;

  /**
   * @param load returns the load of the machine's processors since the last question, 0 to 1
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param cores the bound to start from when synchronous calls come
   */
  AsyncLimit(DoubleSupplier load, LongSupplier nanoTime, int cores) {
    this.load = load;
    this.nanoTime = nanoTime;
    this.cores = cores;
    this.lastSyncNanos = nanoTime.getAsLong() - SYNC_SEEN_FOR.toNanos();
  }

  /** Starts a limit for the load of this machine; {@code loop} adapts it every 100 ms. */
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

  /** Records that there is a synchronous call. */
  void syncSeen() {
    long now = nanoTime.getAsLong();
    boolean first = now - lastSyncNanos >= SYNC_SEEN_FOR.toNanos();
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
   * Counts one more running asynchronous call if the bound allows it. {@link #ended} must follow at
   * the end of the call.
   *
   * @param askAgain run once when a further call may run, if this method returns false; must be the
   *     same object at each call for one lane
   * @return whether the call may run
   */
  boolean tryStart(Runnable askAgain) {
    lock.lock();
    try {
      if (running < limit) {
        running++;
        return true;
      }
      refused.add(askAgain);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Records that an asynchronous call has ended, and lets refused lanes ask again. The caller must
   * not hold the lock of a lane.
   */
  void ended() {
    lock.lock();
    try {
      running--;
    } finally {
      lock.unlock();
    }
    askRefusedAgain();
  }

  /** Lets lanes ask again in the order in which they were refused, so that they take turns. */
  private void askRefusedAgain() {
    for (var next = nextRefused(); next.isPresent(); next = nextRefused()) {
      next.get().run();
    }
  }

  private Optional<Runnable> nextRefused() {
    lock.lock();
    try {
      return running < limit && !refused.isEmpty()
          ? Optional.of(refused.removeFirst())
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void run(Loop iterations) {
    try {
      while (true) {
        Thread.sleep(ADAPT_EVERY);
        adapt();
        iterations.succeeded();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Adapts the bound to the load since the last call. */
  void adapt() {
    double now = load.getAsDouble();
    boolean sync = nanoTime.getAsLong() - lastSyncNanos < SYNC_SEEN_FOR.toNanos();
    lock.lock();
    try {
      if (!sync) {
        limit = UNBOUNDED;
      } else if (now > BUSY_LOAD) {
        limit = Math.max(1, Math.min(limit, running) * 3 / 4);
      } else if (now < IDLE_LOAD) {
        limit = Math.min(UNBOUNDED, limit + Math.max(1, limit / 8));
      }
    } finally {
      lock.unlock();
    }
    askRefusedAgain();
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
