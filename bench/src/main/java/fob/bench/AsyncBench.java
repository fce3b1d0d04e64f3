package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures asynchronous calls: how fast they are accepted, how fast a backlog of them is run, and
 * how many asynchronous calls of one function slow down synchronous calls of another.
 */
final class AsyncBench {

  private static final int CONCURRENCY = 16;
  private static final int SYNC_CLIENTS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final ForkedFob fob;
  private final Bus bus;
  private final Report report;
  private final Plan plan;

  /**
   * What to measure.
   *
   * @param calls how many asynchronous calls a backlog has; the flood has twice as many
   * @param clients how many clients call over HTTP
   * @param time of each measurement over HTTP
   * @param warmup of calls over HTTP before the first measurement
   * @param profile where to write a profile of accepting and one of draining; empty: none
   */
  record Plan(
      int calls, int clients, Duration time, Duration warmup, int rounds, Optional<Path> profile) {}

  AsyncBench(ForkedFob fob, Report report, Plan plan) {
    this.fob = fob;
    this.bus = new Bus(BusSettings.of(fob.bootstrapServers()));
    this.report = report;
    this.plan = plan;
  }

  /** Makes all measurements and prints their results. */
  void run() throws Exception {
    String warm = NoOp.ready(fob.http(), CONCURRENCY);
    var _ = ClosedLoop.run(NoOp.whole(fob.http(), warm), plan.clients(), plan.warmup());
    DrainBench drain = new DrainBench(fob, bus, report, plan.calls());
    drain.run(CONCURRENCY, plan.rounds());
    if (plan.profile().isPresent()) {
      drain.profile(CONCURRENCY, plan.profile().get());
    }
    accept(warm);
    flood(2 * plan.calls());
  }

  /** Measures calls that are accepted over HTTP. They run meanwhile. */
  private void accept(String id) throws Exception {
    Target accept = NoOp.async(fob.http(), id);
    var _ = ClosedLoop.run(accept, plan.clients(), plan.warmup());
    report.head();
    List<Figures> rounds = new ArrayList<>();
    for (int round = 1; round <= plan.rounds(); round++) {
      rounds.add(
          new Measurement(fob, report)
              .measure("round " + round, accept, plan.clients(), plan.time()));
    }
    Figures median = Figures.median(rounds);
    report.row("median", accept.name(), plan.clients(), median);
    CountsTable.lines(Map.of(accept.name(), median.counts())).forEach(report::say);
    awaitQueue(id);
  }

  /** Waits until all calls of a function that were accepted before have begun. */
  private void awaitQueue(String id) throws IOException {
    try (Backlog last = new Backlog(bus, id, 1)) {
      var _ = last.produce();
      var _ = last.awaitReplies(PATIENCE);
    }
  }

  private void flood(int calls) throws Exception {
    String other = NoOp.ready(fob.http(), CONCURRENCY);
    String flooded = NoOp.ready(fob.http(), CONCURRENCY);
    Target sync = NoOp.whole(fob.http(), other);
    ClosedLoop.Outcome before = ClosedLoop.run(sync, SYNC_CLIENTS, plan.time());
    try (Backlog backlog = new Backlog(bus, flooded, calls)) {
      var _ = backlog.produce();
      ClosedLoop.Outcome during = ClosedLoop.run(sync, SYNC_CLIENTS, plan.time());
      double calm = Latencies.millis(before.latencies(), 99);
      double flood = Latencies.millis(during.latencies(), 99);
      report.say(
          String.format(
              Locale.ROOT,
              "another function's p99 with %d clients: %.2f ms, %.2f ms while %d calls flood one: ratio"
                  + " %.2f  aim < 2",
              SYNC_CLIENTS,
              calm,
              flood,
              calls,
              flood / calm));
      long start = System.nanoTime();
      Map<String, Integer> statuses = backlog.awaitReplies(PATIENCE);
      report.say(
          String.format(
              Locale.ROOT,
              "all calls of the flood had run %.0f s later; replies %s",
              (System.nanoTime() - start) / 1e9,
              statuses));
    }
  }
}
