package fob.gateway.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds how many bytes of one kind are in memory. Its last quarter is for small holders alone, so
 * that large requests, or large replies that nobody reads, leave room for ordinary calls.
 * Thread-safe.
 */
final class ByteBudget {

  /** The most bytes of a small holder. */
  static final int SMALL = 64 * 1024;

  private final long max;
  private final AtomicLong used = new AtomicLong();

  ByteBudget(long max) {
    this.max = max;
  }

  long max() {
    return max;
  }

  long used() {
    return used.get();
  }

  /** Holds nothing yet. */
  Lease lease() {
    return new Lease();
  }

  private boolean take(long bytes, long limit) {
    if (used.addAndGet(bytes) <= limit) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  /** What one holder has taken. Thread-safe. */
  final class Lease implements AutoCloseable {

    private long held;
    private boolean closed;

    /**
     * Takes more.
     *
     * @param expected how many bytes the holder will have at last, so far as is known
     * @return false, and nothing is taken, if that is over the budget
     */
    synchronized boolean grow(long bytes, long expected) {
      boolean small = Math.max(expected, held + bytes) <= SMALL;
      if (closed || !take(bytes, small ? max : max - max / 4)) {
        return false;
      }
      held += bytes;
      return true;
    }

    /** Gives everything back; once is enough. */
    @Override
    public synchronized void close() {
      used.addAndGet(-held);
      held = 0;
      closed = true;
    }
  }
}
