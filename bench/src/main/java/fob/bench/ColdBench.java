package fob.bench;

import fob.bench.counts.Meter;
import fob.bench.counts.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures how calls get faster after a start, with a load generator that is warm. */
final class ColdBench {

  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Duration MOST = Duration.ofMinutes(3);

  private final Report report;

  ColdBench(Report report) {
    this.report = report;
  }

  /**
   * Starts a fob, and measures until the calls a second no longer rise, at most 3 minutes.
   *
   * @param least measure at least so long, also if this is more than 3 minutes
   */
  Warmth run(Workload workload, int clients, Duration least) throws Exception {
    try (ForkedFob fob = ForkedFob.start()) {
      Target whole = workload.whole(fob.http(), workload.ready(fob.http(), clients));
      Meter meter = new Meter(fob::jvms, fob::functions);
      report.say("after a start, %d clients:".formatted(clients));
      report.say(
          "%8s %8s %8s %8s %10s %8s"
              .formatted("seconds", "calls/s", "p50 ms", "p99 ms", "fob µs", "jvm µs"));
      List<Warmth.Step> steps = new ArrayList<>();
      long start = System.nanoTime();
      Warmth warmth = new Warmth(clients, steps);
      while (!isOver(warmth, Duration.ofNanos(System.nanoTime() - start), least)) {
        Figures figures = Figures.of(ClosedLoop.run(whole, clients, STEP, meter));
        steps.add(step(figures, (System.nanoTime() - start) / 1e9));
        warmth = new Warmth(clients, steps);
      }
      report.say(
          String.format(
              Locale.ROOT,
              "%d clients had 90 %% of the final calls/s after %.0f s",
              clients,
              warmth.secondsToWarm()));
      return warmth;
    }
  }

  private static boolean isOver(Warmth warmth, Duration passed, Duration least) {
    return passed.compareTo(least) >= 0 && (warmth.isFlat() || passed.compareTo(MOST) >= 0);
  }

  private Warmth.Step step(Figures figures, double seconds) {
    Warmth.Step step =
        new Warmth.Step(
            seconds,
            figures.perSecond(),
            figures.p50(),
            figures.p99(),
            figures.pathMicros(),
            figures.counts().micros(Part.JVM));
    report.say(
        String.format(
            Locale.ROOT,
            "%8.0f %8.0f %8.3f %8.3f %10.0f %8.0f",
            step.seconds(),
            step.perSecond(),
            step.p50(),
            step.p99(),
            step.micros(),
            step.jvmMicros()));
    return step;
  }
}
