package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Measures asynchronous calls: how fast they are accepted, how fast a backlog of them is run, and
 * how many asynchronous calls of one function slow down synchronous calls of another.
 */
final class AsyncBench {

  private static final int CLIENTS = 16;
  private static final int SYNC_CLIENTS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final ForkedFob fob;
  private final Bus bus;
  private final Report report;
  private final Duration time;

  AsyncBench(ForkedFob fob, Report report, Duration time) {
    this.fob = fob;
    this.bus = new Bus(BusSettings.of(fob.bootstrapServers()));
    this.report = report;
    this.time = time;
  }

  /**
   * Makes all measurements and prints their results.
   *
   * @param backlog the number of asynchronous calls whose running is measured
   * @param flood the number of asynchronous calls of one function while another function is called
   *     synchronously
   */
  void run(int backlog, int flood) throws Exception {
    String warm = NoOp.ready(fob.http(), CLIENTS);
    var _ = ClosedLoop.run(NoOp.whole(fob.http(), warm), CLIENTS, time);
    accept(warm);
    drain(backlog);
    flood(flood);
  }

  private void accept(String id) throws Exception {
    ClosedLoop.Outcome http = ClosedLoop.run(NoOp.async(fob.http(), id), CLIENTS, time);
    report.say(
        String.format(
            Locale.ROOT,
            "accepted over HTTP, %d clients: %.0f/s, p50 %.2f ms, p99 %.2f ms",
            CLIENTS,
            http.latencies().getTotalCount() / seconds(http.time()),
            Latencies.millis(http.latencies(), 50),
            Latencies.millis(http.latencies(), 99)));
  }

  private void drain(int calls) throws Exception {
    Duration bare = BareBacklog.drain(bus, calls);
    String id = NoOp.ready(fob.http(), CLIENTS);
    try (Backlog backlog = new Backlog(bus, id, calls)) {
      long start = System.nanoTime();
      Duration produced = backlog.produce();
      Map<String, Integer> statuses = backlog.awaitReplies(PATIENCE);
      Duration drained = Duration.ofNanos(System.nanoTime() - start);
      report.say(
          String.format(
              Locale.ROOT,
              "accepted over Kafka: %.0f/s; %d calls drained in %.1f s (%.0f/s), the bare bus in %.1f s,"
                  + " ratio %.2f; replies %s",
              calls / seconds(produced),
              calls,
              seconds(drained),
              calls / seconds(drained),
              seconds(bare),
              seconds(bare) / seconds(drained),
              statuses));
    }
  }

  private void flood(int calls) throws Exception {
    String other = NoOp.ready(fob.http(), CLIENTS);
    String flooded = NoOp.ready(fob.http(), CLIENTS);
    Target sync = NoOp.whole(fob.http(), other);
    ClosedLoop.Outcome before = ClosedLoop.run(sync, SYNC_CLIENTS, time);
    try (Backlog backlog = new Backlog(bus, flooded, calls)) {
      var _ = backlog.produce();
      ClosedLoop.Outcome during = ClosedLoop.run(sync, SYNC_CLIENTS, time);
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
              seconds(Duration.ofNanos(System.nanoTime() - start)),
              statuses));
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
