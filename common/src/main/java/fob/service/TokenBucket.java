package fob.service;

import java.util.concurrent.TimeUnit;

/**
 * Counts tokens, of which some become free in each second, for example one for each byte that may
 * be written. Not thread-safe.
 */
public final class TokenBucket {

  private final int perSecond;
  private final int burst;
  private double free;
  private long filledNanos;

  /**
   * @param perSecond the tokens that become free in a second
   * @param burst the most tokens that are free at a time, and those that are free at first
   */
  public TokenBucket(int perSecond, int burst, long nowNanos) {
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

  /** Whether so many tokens are free. */
  public boolean has(long tokens) {
    return free >= tokens;
  }

  /** Uses tokens, also if they are not free: then fewer than none are. */
  public void use(long tokens) {
    free -= tokens;
  }
}
