package fob.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Times of calls in ns, up to 5 minutes, with three digits. */
final class Latencies {

  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int DIGITS = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  private Latencies() {}

  static Histogram none() {
    return new Histogram(MOST_NANOS, DIGITS);
  }

  static void record(Histogram latencies, long nanos) {
    latencies.recordValue(Math.clamp(nanos, 0, MOST_NANOS));
  }

  /**
   * @param percentile from 0 to 100
   */
  static double millis(Histogram latencies, double percentile) {
    return latencies.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
  }
}
