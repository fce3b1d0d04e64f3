package fob.invoker;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Leaves the processors to calls that somebody waits for: while there are such calls and the
 * machine is busy, fewer of the others run at a time. Functions that wait rather than compute are
 * not held back, since they leave the machine idle. Thread-safe.
 */
final class Courtesy implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration SYNC_FOR = Duration.ofSeconds(2);
  private static final double BUSY = 0.7;
  private static final double IDLE = 0.55;
  private static final int UNBOUNDED = 1_000_000;

  private final DoubleSupplier load;
  private final LongSupplier nanoTime;
  private final int cores;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int running; // guarded by lock
  private int limit = UNBOUNDED; // guarded by lock
  private volatile long lastSyncNanos;
  private final Thread thread;

  /**
   * @param load of the machine, 0 to 1, since it was asked last
   */
  Courtesy(DoubleSupplier load, LongSupplier nanoTime, int cores) {
    this.load = load;
    this.nanoTime = nanoTime;
    this.cores = cores;
    this.lastSyncNanos = nanoTime.getAsLong() - SYNC_FOR.toNanos();
    this.thread = Thread.ofVirtual().name("fob-courtesy").unstarted(this::run);
  }

  static Courtesy start() {
    var machine =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    Courtesy courtesy =
        new Courtesy(
            machine::getCpuLoad, System::nanoTime, Runtime.getRuntime().availableProcessors());
    courtesy.thread.start();
    return courtesy;
  }

  /** Somebody waits for a call. */
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

  /** Waits until one more call that nobody waits for may run. */
  void enter() throws InterruptedException {
    lock.lock();
    try {
      while (running >= limit) {
        changed.await();
      }
      running++;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      running--;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        look();
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
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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
    thread.interrupt();
  }
}
