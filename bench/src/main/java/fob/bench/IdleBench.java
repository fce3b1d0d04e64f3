package fob.bench;

import fob.bench.counts.Counts;
import fob.bench.counts.Meter;
import fob.bench.counts.Part;
import fob.bench.counts.Serving;
import fob.bench.counts.Snapshot;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures what a fob uses that nobody calls: without a function, and with one. */
final class IdleBench {

  private static final Part[] FOB = {Part.SERVICES, Part.BROKER, Part.JVM};
  private static final double PERCENT_PER_MICRO = 1e-4;

  /** What was to be done after a start or a registration is done by then. */
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private final Report report;

  IdleBench(Report report) {
    this.report = report;
  }

  /**
   * What an idle fob used.
   *
   * @param functions how many functions there were
   * @param percentOfProcessor processor time of fob's JVM, in percent of one processor
   * @param switchesPerSecond voluntary thread switches in fob's JVM
   * @param threads how many threads fob's JVM had
   * @param perSecond what groups of threads used in a second, those of functions too
   */
  record Result(
      int functions,
      double percentOfProcessor,
      double switchesPerSecond,
      int threads,
      List<Counts.PerCall> perSecond) {}

  /** Starts a fob, and measures it for {@code seconds} without and with a function. */
  List<Result> run(int seconds) throws IOException, InterruptedException {
    List<Result> results = new ArrayList<>();
    Map<String, Counts> columns = new LinkedHashMap<>();
    try (ForkedFob fob = ForkedFob.start()) {
      Meter meter = new Meter(fob::jvms, fob::functions);
      for (int functions = 0; functions <= 1; functions++) {
        if (functions == 1) {
          NoOp.ready(fob.http(), 1);
        }
        Threads.pause(SETTLE);
        Snapshot before = meter.now();
        Threads.pause(Duration.ofSeconds(seconds));
        Snapshot after = meter.now();
        Counts counts = meter.between(before, after, Serving.FOB, seconds);
        Result result = result(functions, counts, after.threadsOfFob());
        results.add(result);
        columns.put(functions == 1 ? "1 function" : "no function", counts);
        say(result);
      }
    }
    report.say("voluntary switches and µs of processor time a second, by threads:");
    CountsTable.lines(columns).forEach(report::say);
    return results;
  }

  private static Result result(int functions, Counts counts, int threads) {
    return new Result(
        functions,
        counts.micros(FOB) * PERCENT_PER_MICRO,
        counts.voluntary(FOB),
        threads,
        counts.groups());
  }

  private void say(Result result) {
    report.say(
        String.format(
            Locale.ROOT,
            "idle with %d functions: %.1f %% of a processor, %.0f voluntary switches/s, %d threads",
            result.functions(),
            result.percentOfProcessor(),
            result.switchesPerSecond(),
            result.threads()));
  }
}
