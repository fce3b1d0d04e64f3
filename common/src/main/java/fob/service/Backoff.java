package fob.service;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the delays between attempts, which grow exponentially. Immutable.
 *
 * @param first the delay after the first failure; more than zero
 * @param factor the growth of the delay with each further failure; 1 or more
 * @param max the longest delay before jitter; not shorter than {@code first}
 * @param jitter the largest share of the delay that is randomly added or subtracted, 0 to 1
 */
public record Backoff(Duration first, double factor, Duration max, double jitter) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is out of bounds
   */
  public Backoff {
    if (!first.isPositive() || max.compareTo(first) < 0 || !(factor >= 1)) {
      throw new IllegalArgumentException(
          "a backoff from %s to %s with the factor %s".formatted(first, max, factor));
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("the jitter must be 0 to 1, not " + jitter);
    }
  }

  /** Creates a backoff without jitter that doubles the delay. */
  public static Backoff doubling(Duration first, Duration max) {
    return new Backoff(first, 2, max, 0);
  }

  /**
   * Creates a backoff that doubles the delay, from which a random share of up to a half is
   * subtracted.
   */
  public static Backoff doublingLessHalf(Duration first, Duration max) {
    // A third more or less of three quarters is a half to the whole.
    return new Backoff(threeQuarters(first), 2, threeQuarters(max), 1.0 / 3);
  }

  private static Duration threeQuarters(Duration duration) {
    return duration.multipliedBy(3).dividedBy(4);
  }

  /**
   * Returns the delay before the next attempt, without jitter.
   *
   * @param failures how many attempts have failed in a row, 1 or more
   */
  public Duration delay(int failures) {
    double nanos = first.toNanos() * Math.pow(factor, failures - 1);
    return nanos < max.toNanos() ? Duration.ofNanos(Math.round(nanos)) : max;
  }

  /** Returns the delay before the next attempt, with jitter; see {@link #delay(int)}. */
  public Duration delay(int failures, RandomGenerator random) {
    return jittered(delay(failures), jitter, random);
  }

  /**
   * Adds or subtracts a random share of a delay, so that callers that failed together do not retry
   * together.
   *
   * @param jitter the largest share, 0 to 1
   */
  public static Duration jittered(Duration delay, double jitter, RandomGenerator random) {
    double share = 1 - jitter + 2 * jitter * random.nextDouble();
    return Duration.ofNanos(Math.round(delay.toNanos() * share));
  }
}
