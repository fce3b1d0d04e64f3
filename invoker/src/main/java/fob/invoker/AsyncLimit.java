package fob.invoker;

import fob.service.Loop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5); // of the loop, while idle
  private static final Duration SYNC_SEEN_FOR = Duration.ofSeconds(2);
  private static final double BUSY_LOAD = 0.7;
  private static final double IDLE_LOAD = 0.55;
  private static final int UNBOUNDED = 1_000_000;

  private final DoubleSupplier load;
  private final LongSupplier nanoTime;
  private final int cores;
  private final ReentrantLock lock = new ReentrantLock();
  private final Semaphore firstSync = new Semaphore(0);
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

  /** Starts a limit for the load of this machine, which {@code loop} adapts. */
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
      firstSync.release();
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
   * An asynchronous call has ended: lets refused lanes ask again. The caller holds no lane's lock.
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
    for (Runnable next = nextRefused(); next != null; next = nextRefused()) {
      next.run();
    }
  }

  private @Nullable Runnable nextRefused() {
    lock.lock();
    try {
      return running < limit && !refused.isEmpty() ? refused.removeFirst() : null;
    } finally {
      lock.unlock();
    }
  }

  private void run(Loop iterations) {
    try {
      while (true) {
        Thread.sleep(ADAPT_EVERY);
        if (!adapt()) {
          awaitSync();
        }
        iterations.succeeded();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isSync() {
    return nanoTime.getAsLong() - lastSyncNanos < SYNC_SEEN_FOR.toNanos();
  }

  private void awaitSync() throws InterruptedException {
    var _ = firstSync.tryAcquire(SIGN_OF_LIFE.toMillis(), TimeUnit.MILLISECONDS);
    var _ = load.getAsDouble(); // the load counts from now on
  }

  /** Adapts the bound to the load since the last call. Returns whether there are sync. calls. */
  boolean adapt() {
    double now = load.getAsDouble();
    boolean isSync = isSync();
    lock.lock();
    try {
      if (!isSync) {
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
    return isSync;
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
