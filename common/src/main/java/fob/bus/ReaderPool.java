package fob.bus;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of consumers, each used by one thread at a time. They are made when they are
 * needed, and kept. Threads get them in the order in which they asked. Thread-safe.
 */
public final class ReaderPool implements AutoCloseable {

  private final Supplier<LogReader> consumers;
  private final Queue<LogReader> idle = new ConcurrentLinkedQueue<>();
  private final Semaphore free;
  private volatile boolean closed;

  /**
   * @param consumers makes consumers for {@code assign()}; this closes them
   * @param most how many consumers there may be
   */
  public ReaderPool(Supplier<LogReader> consumers, int most) {
    this.consumers = consumers;
    this.free = new Semaphore(most, true);
  }

  /** Returns a consumer that nobody uses; null if none gets free in that time. */
  public @Nullable LogReader take(Duration wait) throws InterruptedException {
    return free.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS) ? taken() : null;
  }

  /** The caller has acquired {@link #free}. */
  private LogReader taken() {
    LogReader kept = idle.poll();
    if (kept != null) {
      return kept;
    }
    try {
      return consumers.get();
    } catch (RuntimeException e) {
      free.release();
      throw e;
    }
  }

  /**
   * Returns how many partitions a topic has.
   *
   * @throws IllegalStateException if all consumers are in use
   */
  public int partitions(String topic) {
    if (!free.tryAcquire()) {
      throw new IllegalStateException("all consumers are in use");
    }
    LogReader reader = taken();
    try {
      return reader.partitionsFor(topic).size();
    } finally {
      giveBack(reader);
    }
  }

  /** The consumer is not used any more. */
  public void giveBack(LogReader consumer) {
    idle.add(consumer);
    free.release();
    if (closed) {
      close();
    }
  }

  /** Whether this was closed. */
  public boolean isClosed() {
    return closed;
  }

  /** Closes the idle consumers at once, and the others when they are given back. */
  @Override
  public void close() {
    closed = true;
    for (var free = idle.poll(); free != null; free = idle.poll()) {
      free.close();
    }
  }
}
