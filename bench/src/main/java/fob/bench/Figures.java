package fob.bench;

import fob.bench.counts.Counts;
import fob.bench.counts.Part;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * The figures of one measurement, or of several of the same. Latencies are in ms.
 *
 * @param calls the number of calls
 * @param counts what threads used for the calls
 */
record Figures(
    double calls,
    double perSecond,
    double p50,
    double p90,
    double p99,
    double p999,
    double max,
    Counts counts) {

  /** The parts that do the work of a call. */
  private static final Part[] PATH = {Part.SERVICES, Part.BROKER, Part.FUNCTION};

  static Figures of(ClosedLoop.Outcome outcome) {
    return of(outcome.latencies(), outcome.time(), outcome.counts().orElseThrow());
  }

  private static Figures of(Histogram latencies, Duration time, Counts counts) {
    double calls = latencies.getTotalCount();
    return new Figures(
        calls,
        calls / (time.toNanos() / 1e9),
        Latencies.millis(latencies, 50),
        Latencies.millis(latencies, 90),
        Latencies.millis(latencies, 99),
        Latencies.millis(latencies, 99.9),
        latencies.getMaxValue() / 1e6,
        counts);
  }

  /**
   * Returns the voluntary thread switches a call of the services and the broker. Those of the
   * function and of the load generator are not among them.
   */
  double switches() {
    return counts.voluntary(Part.SERVICES, Part.BROKER);
  }

  /**
   * Returns the processor time a call of the services, the broker and the function, in µs. That of
   * the JVM's compiler and collector is not in it.
   */
  double pathMicros() {
    return counts.micros(PATH);
  }

  /** Returns the part of {@link #pathMicros} that was spent in the kernel. */
  double pathKernelMicros() {
    return counts.kernelMicros(PATH);
  }

  /** Returns how many processors everything on this machine that it is about kept busy. */
  double processors() {
    return perSecond * counts.micros(Part.values()) / 1e6;
  }

  /** Returns the median of each figure over the rounds, and the counts of all rounds together. */
  static Figures median(List<Figures> rounds) {
    return new Figures(
        median(rounds, Figures::calls),
        median(rounds, Figures::perSecond),
        median(rounds, Figures::p50),
        median(rounds, Figures::p90),
        median(rounds, Figures::p99),
        median(rounds, Figures::p999),
        median(rounds, Figures::max),
        rounds.stream().map(Figures::counts).reduce(Counts::plus).orElseThrow());
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
