package fob.function;

import java.time.Duration;

/**
 * How often and for how long an asynchronous call is retried. The constructor throws an
 * IllegalArgumentException for a value that is out of bounds; its message is for the user.
 *
 * @param retries the number of attempts after the first one, 0 to 100
 * @param maxAge no attempt starts later than this after the call was accepted, 1 s to 24 h
 */
public record RetryPolicy(int retries, Duration maxAge) {

  public static final int MAX_RETRIES = 100;
  public static final Duration MIN_AGE = Duration.ofSeconds(1);
  public static final Duration MAX_AGE = Duration.ofHours(24);

  public static final RetryPolicy DEFAULT = new RetryPolicy(2, Duration.ofHours(1));

  public RetryPolicy {
    if (retries < 0 || retries > MAX_RETRIES) {
      throw new IllegalArgumentException("retries must be 0 to 100, not " + retries);
    }
    if (maxAge.compareTo(MIN_AGE) < 0 || maxAge.compareTo(MAX_AGE) > 0) {
      throw new IllegalArgumentException("max age must be 1s to 24h, not " + maxAge);
    }
  }
}
