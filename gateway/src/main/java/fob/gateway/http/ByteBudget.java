package fob.gateway.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of requests, or of replies, in memory. Only leases of up to 64 KiB may use the
 * last quarter, so that large requests, or large replies that no client reads, leave room for
 * ordinary calls. Thread-safe.
 */
final class ByteBudget {

  /** The most bytes of a small lease. */
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

  /** A new lease of 0 bytes. */
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

  /** The bytes that one request or reply has taken. Thread-safe. */
  final class Lease implements AutoCloseable {

    private long held;
    private boolean closed;

    /**
     * Takes more bytes.
     *
     * @param expected the final number of bytes, as far as it is known
     * @return false if the budget has no room; nothing is taken then
     */
    synchronized boolean grow(long bytes, long expected) {
      boolean small = Math.max(expected, held + bytes) <= SMALL;
      if (closed || !take(bytes, small ? max : max - max / 4)) {
        return false;
      }
      held += bytes;
      return true;
    }

    /** Gives all bytes back. May be called several times. */
    @Override
    public synchronized void close() {
      used.addAndGet(-held);
      held = 0;
      closed = true;
    }
  }
}
