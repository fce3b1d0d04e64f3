package fob.deployer.local;

import java.util.concurrent.TimeUnit;

/**
 * How much a function may print into its file: {@link #RATE} bytes a second for long. If it prints
 * more, all is left out until half a second's bytes are free again. Not thread-safe.
 */
final class LogRate {

  static final int RATE = 1024 * 1024;
  static final int BURST = 8 * RATE;

  private long filledNanos;
  private double free = BURST;
  private boolean closed;
  private long leftOut;

  LogRate(long nowNanos) {
    this.filledNanos = nowNanos;
  }

  /** Returns whether so many bytes are taken. If not, they are counted as left out. */
  boolean takes(int bytes, long nowNanos) {
    double seconds = (double) (nowNanos - filledNanos) / TimeUnit.SECONDS.toNanos(1);
    free = Math.min(BURST, free + seconds * RATE);
    filledNanos = nowNanos;
    closed = closed ? free < RATE / 2 : free < bytes;
    if (closed) {
      leftOut += bytes;
    } else {
      free -= bytes;
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
