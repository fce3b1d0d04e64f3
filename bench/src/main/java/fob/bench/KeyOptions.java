package fob.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link KeyBench} and {@link MetricsBench}. */
final class KeyOptions {

  @Option(
      names = "--keys",
      description =
          "Measures what the check of a key costs instead: calls without and with one, in turns.")
  private boolean keys;

  @Option(
      names = "--metrics",
      description = "Measures what metrics cost instead: calls without and with them, in turns.")
  private boolean metrics;

  /**
   * Makes the measurements, if they were chosen.
   *
   * @return whether they were
   */
  boolean run(Report report, Duration time, Duration warmup, int rounds) throws Exception {
    if (keys) {
      new KeyBench(report, time).run(warmup, rounds);
    }
    if (metrics) {
      new MetricsBench(report, time).run(warmup, rounds);
    }
    return keys || metrics;
  }
}
