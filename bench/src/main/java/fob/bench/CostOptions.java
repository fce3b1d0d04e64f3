package fob.bench;

import fob.bench.CostBench.Variant;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The options that measure what one part of fob costs: of {@link KeyBench} and {@link CostBench}.
 */
final class CostOptions {

  @Option(
      names = "--keys",
      description =
          "Measures what the check of a key costs instead: calls without and with one, in turns.")
  private boolean keys;

  @Option(
      names = "--metrics",
      description = "Measures what metrics cost instead: calls without and with them, in turns.")
  private boolean metrics;

  @Option(
      names = "--traces",
      description =
          "Measures what traces cost instead: calls without them, with 1 % of calls traced, and with"
              + " all, in turns.")
  private boolean traces;

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
      List<Variant> variants =
          List.of(Variant.of("metrics off", "FOB_METRICS=off"), Variant.of("metrics on"));
      new CostBench(report, time).run(variants, warmup, rounds);
    }
    if (traces) {
      try (SpanSink sink = new SpanSink()) {
        String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=" + sink.url();
        List<Variant> variants =
            List.of(
                Variant.of("traces off"),
                Variant.of(
                    "traces of 1 %",
                    endpoint,
                    "OTEL_TRACES_SAMPLER=parentbased_traceidratio",
                    "OTEL_TRACES_SAMPLER_ARG=0.01"),
                Variant.of("traces of all", endpoint));
        new CostBench(report, time).run(variants, warmup, rounds);
      }
    }
    return keys || metrics || traces;
  }
}
