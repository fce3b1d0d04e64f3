package fob.bench;

import fob.bench.counts.Counts;
import fob.bus.Bus;
import fob.bus.BusSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Measures calls through fob, and its baselines: the bus and the driver. */
final class CallPathBench {

  /** How often a registration is measured. */
  static final int REGISTRATIONS = 20;

  private final Report report;
  private final PathOptions.Plan plan;
  private final Map<Rounds.Cell, Figures> medians = new LinkedHashMap<>();
  private final List<SteadyRate.Result> steadyRate = new ArrayList<>();

  CallPathBench(Report report, PathOptions.Plan plan) {
    this.report = report;
    this.plan = plan;
  }

  /** Makes all measurements and prints their results. */
  Results run() throws Exception {
    Histogram registrations;
    try (ForkedFob fob = ForkedFob.start();
        Bus bus = new Bus(BusSettings.of(fob.bootstrapServers()))) {
      report.head();
      for (Workload workload : plan.workloads()) {
        measure(fob, bus, workload);
      }
      registrations = Registrations.measure(fob.http(), REGISTRATIONS);
    }
    List<Warmth> afterStart = new ArrayList<>();
    if (plan.cold().isPositive()) {
      for (int clients : plan.clients()) {
        afterStart.add(
            new ColdBench(report).run(plan.workloads().getFirst(), clients, plan.cold()));
      }
    }
    Results results = Results.ofCalls(medians, afterStart, steadyRate);
    report.medians(medians);
    results.ratios().forEach(report::ratio);
    report.registrations(registrations);
    counts();
    return results;
  }

  private void measure(ForkedFob fob, Bus bus, Workload workload) throws Exception {
    // Two functions with the same code, because an instance accepts a limited number of
    // connections.
    Target direct = workload.direct(bus, workload.ready(fob.http(), plan.mostClients()));
    Target whole = workload.whole(fob.http(), workload.ready(fob.http(), plan.mostClients()));
    try (BusTarget bare = BusTarget.bare(bus, workload);
        BusTarget ordinary = BusTarget.ordinary(bus, fob.bootstrapServers(), workload)) {
      Rounds rounds =
          new Rounds(workload.title(), List.of(bare, ordinary, direct, whole), plan.clients());
      rounds.warmUp(plan.warmup());
      rounds.measure(new Measurement(fob, report), plan.rounds(), plan.time());
      medians.putAll(rounds.medians());
    }
    if (plan.rate() > 0) {
      steady(whole);
    }
    if (plan.profile().isPresent()) {
      profile(fob, workload, whole, plan.profile().get());
    }
  }

  private void steady(Target whole) throws Exception {
    SteadyRate.Result result = SteadyRate.run(whole, plan.mostClients(), plan.rate(), plan.time());
    steadyRate.add(result);
    report.say(
        "%d calls/s at a steady rate, %d calls:".formatted(result.perSecond(), result.calls()));
    times("from when each call was due", result.corrected());
    times("from when it could be made", result.uncorrected());
  }

  private void times(String from, SteadyRate.Times times) {
    report.say(
        String.format(
            Locale.ROOT,
            "  %-28s p50 %8.3f ms  p90 %8.3f ms  p99 %8.3f ms  p99.9 %8.3f ms  max %8.1f ms",
            from,
            times.p50(),
            times.p90(),
            times.p99(),
            times.p999(),
            times.max()));
  }

  private void profile(ForkedFob fob, Workload workload, Target whole, Path file) throws Exception {
    int clients = plan.clients().getFirst();
    try (Profiler _ = Profiler.start(fob.jvms().getFirst(), file)) {
      var _ = ClosedLoop.run(whole, clients, plan.time());
    }
    report.say(
        "wrote the profile of %s with %d clients: %s".formatted(workload.title(), clients, file));
  }

  /** Prints what groups of threads used, with the targets beside each other. */
  private void counts() {
    Map<Rounds.Cell, Map<String, Counts>> tables = new LinkedHashMap<>();
    medians.forEach((cell, figures) ->
        tables
            .computeIfAbsent(cell.of(NoOp.WHOLE), _ -> new LinkedHashMap<>())
            .put(cell.target(), figures.counts()));
    tables.forEach((cell, targets) -> {
      report.say("");
      report.say(
          "%s, %d client%s: voluntary switches and µs of processor time a call, by threads"
              .formatted(cell.workload(), cell.clients(), cell.clients() == 1 ? "" : "s"));
      CountsTable.lines(targets).forEach(report::say);
    });
  }
}
