package fob.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * The figures of one measurement. Latencies are in ms, processor times in µs per call.
 *
 * @param calls the number of calls
 * @param fobCpu the processor time of fob's JVMs, including the broker
 * @param functionCpu the processor time of the sandboxes
 * @param clientCpu the processor time of this JVM, which generates the load
 */
record Figures(
    double calls,
    double perSecond,
    double p50,
    double p90,
    double p99,
    double p999,
    double max,
    double fobCpu,
    double functionCpu,
    double clientCpu) {

  /** The processor time that fob, the functions and the load generator have used. */
  record Cpu(Duration fob, Duration functions, Duration client) {

    static Cpu now(RunningFob fob) {
      return new Cpu(
          fob.cpu(),
          fob.functionsCpu(),
          ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
    }

    Cpu since(Cpu earlier) {
      return new Cpu(
          fob.minus(earlier.fob), functions.minus(earlier.functions), client.minus(earlier.client));
    }
  }

  static Figures of(Histogram latencies, Duration time, Cpu used) {
    double calls = latencies.getTotalCount();
    return new Figures(
        calls,
        calls / (time.toNanos() / 1e9),
        millis(latencies, 50),
        millis(latencies, 90),
        millis(latencies, 99),
        millis(latencies, 99.9),
        latencies.getMaxValue() / 1e6,
        micros(used.fob()) / calls,
        micros(used.functions()) / calls,
        micros(used.client()) / calls);
  }

  /** Returns how many processors fob, the functions and the load generator used together. */
  double processors() {
    return perSecond * (fobCpu + functionCpu + clientCpu) / 1e6;
  }

  private static double millis(Histogram latencies, double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e6;
  }

  private static double micros(Duration duration) {
    return duration.toNanos() / 1e3;
  }

  /** Returns the median of each figure over the rounds. */
  static Figures median(List<Figures> rounds) {
    return new Figures(
        median(rounds, Figures::calls),
        median(rounds, Figures::perSecond),
        median(rounds, Figures::p50),
        median(rounds, Figures::p90),
        median(rounds, Figures::p99),
        median(rounds, Figures::p999),
        median(rounds, Figures::max),
        median(rounds, Figures::fobCpu),
        median(rounds, Figures::functionCpu),
        median(rounds, Figures::clientCpu));
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
