package fob.service;

import java.util.concurrent.TimeUnit;

/** Counts how many bytes are free when so many become free in a second. Not thread-safe. */
public final class ByteRate {

  private final int perSecond;
  private final int burst;
  private double free;
  private long filledNanos;

  /**
   * @param perSecond the bytes that become free in a second
   * @param burst the most bytes that are free at a time, and those that are free at first
   */
  public ByteRate(int perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.free = burst;
    this.filledNanos = nowNanos;
  }

  /** Adds what has become free since the last time. */
  public void fill(long nowNanos) {
    double seconds = (double) (nowNanos - filledNanos) / TimeUnit.SECONDS.toNanos(1);
    free = Math.min(burst, free + seconds * perSecond);
    filledNanos = nowNanos;
  }

  /** Whether so many bytes are free. */
  public boolean has(long bytes) {
    return free >= bytes;
  }

  /** Uses bytes, also if they are not free: then fewer than none are. */
  public void use(long bytes) {
    free -= bytes;
  }
}
