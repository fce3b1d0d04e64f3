package fob.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures calls of fobs that differ in their settings, in turns: so it shows what a setting costs.
 */
final class CostBench {

  private static final int CLIENTS = 1;
  private static final int WARMING_CLIENTS = 16;

  private final Report report;
  private final Duration time;

  /**
   * One of the fobs.
   *
   * @param options those of {@code fob up}
   */
  record Variant(String name, List<String> options) {

    /** A variant by its settings, each {@code NAME=VALUE}. */
    static Variant of(String name, String... settings) {
      List<String> options = new ArrayList<>();
      for (String setting : settings) {
        options.addAll(List.of("--setting", setting));
      }
      return new Variant(name, options);
    }
  }

  CostBench(Report report, Duration time) {
    this.report = report;
    this.time = time;
  }

  /** A running fob and what it has been measured with. */
  private record Measured(
      String name, ForkedFob fob, Target target, Measurement measurement, List<Figures> figures) {}

  /**
   * Makes all measurements and prints their results.
   *
   * @param variants the first is the one with which the others are compared
   */
  void run(List<Variant> variants, Duration warmup, int rounds) throws Exception {
    List<Measured> all = new ArrayList<>();
    try {
      for (Variant variant : variants) {
        all.add(start(variant));
      }
      for (Measured each : all) {
        var _ = ClosedLoop.run(each.target, WARMING_CLIENTS, warmup);
      }
      report.head();
      for (int round = 1; round <= rounds; round++) {
        for (Measured each : all) {
          String label = each.name + " " + round;
          each.figures.add(each.measurement.measure(label, each.target, CLIENTS, time));
        }
      }
      report.footnote();
    } finally {
      all.forEach(each -> each.fob.close());
    }
    say(all);
  }

  private Measured start(Variant variant) throws Exception {
    Workload noOp = Workload.noOp();
    ForkedFob fob = ForkedFob.start(variant.options.toArray(String[]::new));
    try {
      Target target = noOp.whole(fob.http(), noOp.ready(fob.http(), WARMING_CLIENTS));
      return new Measured(
          variant.name, fob, target, new Measurement(fob, report), new ArrayList<>());
    } catch (Exception e) {
      fob.close();
      throw e;
    }
  }

  private void say(List<Measured> all) {
    double first = Figures.median(all.getFirst().figures).pathMicros();
    for (Measured each : all) {
      double micros = Figures.median(each.figures).pathMicros();
      report.say(
          String.format(
              Locale.ROOT,
              "processor time a call, %s: %.0f µs, %.3f times",
              each.name,
              micros,
              micros / first));
    }
  }
}
