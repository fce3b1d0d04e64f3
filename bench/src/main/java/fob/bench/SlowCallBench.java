package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures many calls of a function alone, beside one slow call of it, and alone again. The slow
 * call is in the same partition, so all records after it are done while it is not.
 */
final class SlowCallBench {

  private static final int CONCURRENCY = 128;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration COMMITTED = Duration.ofSeconds(10);
  private static final Duration SAMPLE = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** The other calls end so long before the slow one. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final ForkedFob fob;
  private final Bus bus;
  private final Report report;
  private final int perSecond;

  /**
   * @param perSecond the calls beside the slow one
   */
  SlowCallBench(ForkedFob fob, Report report, int perSecond) {
    this.fob = fob;
    this.bus = new Bus(BusSettings.of(fob.bootstrapServers()));
    this.report = report;
    this.perSecond = perSecond;
  }

  /** Makes all measurements and prints their results. The slow call takes {@code slow}. */
  void run(Duration slow, Duration warmup) throws Exception {
    String id =
        Sleeper.ready(
            fob.http(),
            "concurrency=%d&timeout=%ds".formatted(CONCURRENCY, slow.plus(PATIENCE).toSeconds()));
    try (Shards shards = new Shards(new Bus(bus.settings()));
        ExecutorService threads = Executors.newCachedThreadPool()) {
      var _ = calls(id, warmup);
      report.say(
          "%d calls/s of one function at a steady rate, or as many as the machine runs"
              .formatted(perSecond));
      OpenLoop.Result before = say("alone", calls(id, slow.dividedBy(2)));
      Future<HttpConnection.Response> call = threads.submit(() -> slowCall(id, slow));
      Future<Shards.Commit> most = threads.submit(() -> watch(shards, partition(id), call));
      OpenLoop.Result beside = say("beside", calls(id, slow.minus(MARGIN)));
      if (call.isDone()) {
        throw new IOException("the slow call ended before the other calls: " + call.get());
      }
      require(call.get());
      Duration committed = awaitCommitted(shards, partition(id));
      OpenLoop.Result after = say("alone", calls(id, slow.dividedBy(2)));
      result(before, beside, after, most.get(), committed);
    }
  }

  private OpenLoop.Result calls(String id, Duration time) throws IOException {
    try (OpenLoop loop = new OpenLoop(bus, id, perSecond)) {
      return loop.run(time, PATIENCE);
    }
  }

  private OpenLoop.Result say(String label, OpenLoop.Result figures) {
    report.say(
        String.format(
            Locale.ROOT,
            "%-10s %8.0f calls/s  p50 %8.2f ms  p99 %8.2f ms  max %8.1f ms  longest without a reply"
                + " %8.1f ms",
            label,
            figures.perSecond(),
            figures.p50(),
            figures.p99(),
            figures.max(),
            figures.longestGap()));
    return figures;
  }

  private HttpConnection.Response slowCall(String id, Duration slow) throws IOException {
    try (HttpConnection http = new HttpConnection(fob.http())) {
      return http.exchange(Sleeper.call(id, (double) slow.toSeconds()));
    }
  }

  private static void require(HttpConnection.Response response) throws IOException {
    if (!NoOp.isRight(response)) {
      throw new IOException("the slow call failed: " + response);
    }
  }

  private static int partition(String id) {
    return Topic.partition(id, Topics.CALL.partitions());
  }

  /** Returns the largest commit, and how far one was behind, until the call has ended. */
  private static Shards.Commit watch(Shards shards, int partition, Future<?> call)
      throws Exception {
    Shards.Commit most = new Shards.Commit(0, 0);
    while (!call.isDone()) {
      Shards.Commit now = shards.commit(partition);
      most =
          new Shards.Commit(
              Math.max(most.behind(), now.behind()), Math.max(most.bytes(), now.bytes()));
      Threads.pause(SAMPLE);
    }
    return most;
  }

  private static Duration awaitCommitted(Shards shards, int partition) throws Exception {
    long start = System.nanoTime();
    Shards.Commit now = shards.commit(partition);
    while (now.behind() > 0) {
      if (System.nanoTime() - start > COMMITTED.toNanos()) {
        throw new IOException("all calls have ended, but this is not committed: " + now);
      }
      Threads.pause(PAUSE);
      now = shards.commit(partition);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void result(
      OpenLoop.Result before,
      OpenLoop.Result beside,
      OpenLoop.Result after,
      Shards.Commit most,
      Duration committed) {
    Comparison comparison =
        new Comparison(
            (before.p50() + after.p50()) / 2,
            beside.p50(),
            (before.p99() + after.p99()) / 2,
            beside.p99());
    report.say("beside the slow call: " + comparison.text(""));
    report.say(
        "meanwhile the commit was up to %,d records behind, and its metadata had %d bytes at most;"
                .formatted(most.behind(), most.bytes())
            + " all was committed %d ms after the slow call".formatted(committed.toMillis()));
  }
}
