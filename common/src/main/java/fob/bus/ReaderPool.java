package fob.bus;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of consumers, each used by one thread at a time. They are made when they are
 * needed, and kept. Thread-safe.
 */
public final class ReaderPool implements AutoCloseable {

  private final Supplier<LogReader> consumers;
  private final int most;
  private final BlockingQueue<LogReader> idle = new LinkedBlockingQueue<>();
  private final AtomicInteger made = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param consumers makes consumers for {@code assign()}; this closes them
   * @param most how many consumers there may be
   */
  public ReaderPool(Supplier<LogReader> consumers, int most) {
    this.consumers = consumers;
    this.most = most;
  }

  /** Returns a consumer that nobody uses; null if none gets free in that time. */
  public @Nullable LogReader take(Duration wait) throws InterruptedException {
    LogReader reader = take();
    return reader != null ? reader : idle.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private @Nullable LogReader take() {
    LogReader free = idle.poll();
    if (free != null) {
      return free;
    }
    if (made.incrementAndGet() <= most) {
      return consumers.get();
    }
    made.decrementAndGet();
    return null;
  }

  /**
   * Returns how many partitions a topic has.
   *
   * @throws IllegalStateException if all consumers are in use
   */
  public int partitions(String topic) {
    LogReader reader = take();
    if (reader == null) {
      throw new IllegalStateException("all consumers are in use");
    }
    try {
      return reader.partitionsFor(topic).size();
    } finally {
      giveBack(reader);
    }
  }

  /** The consumer is not used any more. */
  public void giveBack(LogReader consumer) {
    idle.add(consumer);
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
