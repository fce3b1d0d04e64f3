package fob.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures calls of a fob that counts nothing, and of one that counts calls, in turns. */
final class MetricsBench {

  private static final int CLIENTS = 1;
  private static final int WARMING_CLIENTS = 16;

  private final Report report;
  private final Duration time;

  MetricsBench(Report report, Duration time) {
    this.report = report;
    this.time = time;
  }

  /** Makes all measurements and prints their results. */
  void run(Duration warmup, int rounds) throws Exception {
    Workload noOp = Workload.noOp();
    List<Figures> without = new ArrayList<>();
    List<Figures> with = new ArrayList<>();
    try (ForkedFob off = ForkedFob.start("--setting", "FOB_METRICS=off");
        ForkedFob on = ForkedFob.start()) {
      Target uncounted = noOp.whole(off.http(), noOp.ready(off.http(), WARMING_CLIENTS));
      Target counted = noOp.whole(on.http(), noOp.ready(on.http(), WARMING_CLIENTS));
      var _ = ClosedLoop.run(uncounted, WARMING_CLIENTS, warmup);
      var _ = ClosedLoop.run(counted, WARMING_CLIENTS, warmup);
      Measurement ofUncounted = new Measurement(off, report);
      Measurement ofCounted = new Measurement(on, report);
      report.head();
      for (int round = 1; round <= rounds; round++) {
        without.add(ofUncounted.measure("off " + round, uncounted, CLIENTS, time));
        with.add(ofCounted.measure("on " + round, counted, CLIENTS, time));
      }
      report.footnote();
    }
    double uncounted = Figures.median(without).pathMicros();
    double counted = Figures.median(with).pathMicros();
    report.say(
        String.format(
            Locale.ROOT,
            "processor time a call: %.0f µs without metrics, %.0f µs with them, %.3f times",
            uncounted,
            counted,
            counted / uncounted));
  }
}
