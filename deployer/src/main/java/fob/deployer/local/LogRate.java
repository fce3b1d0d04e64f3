package fob.deployer.local;

import fob.service.TokenBucket;

/**
 * How much a function may print into its file: {@link #RATE} bytes a second for long. If it prints
 * more, all is left out until half a second's bytes are free again. Not thread-safe.
 */
final class LogRate {

  static final int RATE = 1024 * 1024;
  static final int BURST = 8 * RATE;

  private final TokenBucket rate;
  private boolean closed;
  private long leftOut;

  LogRate(long nowNanos) {
    this.rate = new TokenBucket(RATE, BURST, nowNanos);
  }

  /** Returns whether so many bytes are taken. If not, they are counted as left out. */
  boolean takes(int bytes, long nowNanos) {
    rate.fill(nowNanos);
    closed = !rate.has(closed ? RATE / 2 : bytes);
    if (closed) {
      leftOut += bytes;
    } else {
      rate.use(bytes);
    }
    return !closed;
  }

  /** Returns the number of bytes that were left out since the last time, up to now. */
  long takeLeftOut() {
    long count = leftOut;
    leftOut = 0;
    return count;
  }
}
