package fob.metrics;

import java.util.Arrays;

/**
 * Upper bounds of histogram buckets, in microseconds. The last bucket of each histogram has no
 * bound. Immutable.
 */
public final class Buckets {

  /** The buckets of live figures, and of the whole time of a call. */
  static final long[] FINE = {
    250,
    500,
    750,
    1_000,
    1_500,
    2_500,
    3_500,
    5_000,
    7_500,
    10_000,
    15_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000
  };

  /** The buckets at {@code /metrics}: a part of the fine ones, since each is a series. */
  static final long[] COARSE = {
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    1_000_000,
    5_000_000,
    30_000_000
  };

  private Buckets() {}

  /** How many fine buckets there are. */
  public static int count() {
    return FINE.length + 1;
  }

  /** Returns the number of the bucket that a time is counted in. */
  static int of(long[] bounds, long micros) {
    int found = Arrays.binarySearch(bounds, micros);
    return found >= 0 ? found : -found - 1;
  }

  /**
   * Returns the time that a share of all calls did not exceed, in microseconds: interpolated in its
   * bucket, so it may be wrong by the width of one. 0 if nothing was counted.
   *
   * @param counts of the fine buckets
   * @param share 0 to 1
   */
  public static long quantile(long[] counts, double share) {
    long all = Arrays.stream(counts).sum();
    double rank = share * all;
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0 && before + counts[i] >= rank) {
        long lower = i == 0 ? 0 : FINE[i - 1];
        long upper = i == FINE.length ? lower : FINE[i];
        return lower + Math.round((upper - lower) * Math.max(0, rank - before) / counts[i]);
      }
      before += counts[i];
    }
    return 0;
  }

  /** Adds fine buckets up to coarse ones. */
  static long[] coarse(long[] fine) {
    long[] coarse = new long[COARSE.length + 1];
    for (int i = 0; i < fine.length; i++) {
      coarse[i == FINE.length ? COARSE.length : of(COARSE, FINE[i])] += fine[i];
    }
    return coarse;
  }

  /** The bounds of the coarse buckets in seconds, with that of the last one. */
  static double[] seconds() {
    double[] seconds =
        Arrays.copyOf(
            Arrays.stream(COARSE).mapToDouble(us -> us / 1e6).toArray(), COARSE.length + 1);
    seconds[COARSE.length] = Double.POSITIVE_INFINITY;
    return seconds;
  }
}
