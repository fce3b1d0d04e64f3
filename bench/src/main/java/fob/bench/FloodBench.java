package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures synchronous calls of a function without and beside many asynchronous calls of the same
 * function, with two invokers. The function counts how many calls run at a time.
 */
final class FloodBench {

  private static final int INVOKERS = 2;
  private static final int PARTITIONS = Topics.RESPONSE.partitions();
  private static final int CLIENTS = 8;
  private static final int CONCURRENCY = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String AIM = ", aim <= 2";
  private static final String ALONE = "alone";
  private static final String BESIDE = "beside";

  private static final String CODE =
      """
      import threading, time

      lock = threading.Lock()
      running, most, calls = 0, 0, 0

      def callme(report=False):
          global running, most, calls
          if report:
              return [most, calls]
          with lock:
              running += 1
              calls += 1
              most = max(most, running)
          time.sleep(0.005)
          with lock:
              running -= 1
          return 1
      """;

  private final Report report;
  private final Duration time;

  FloodBench(Report report, Duration time) {
    this.report = report;
    this.time = time;
  }

  /**
   * What the function has counted.
   *
   * @param most how many calls ran at a time at most
   */
  private record Count(int most, int calls) {}

  /**
   * Makes all measurements and prints their results.
   *
   * @param flood the number of asynchronous calls in each round
   */
  void run(int flood, Duration warmup, int rounds) throws Exception {
    try (ForkedServices fob = ForkedServices.start(PARTITIONS, Map.of())) {
      fob.invokers(INVOKERS);
      String id = register(fob);
      Target sync = NoOp.whole(fob.http(), id);
      var _ = ClosedLoop.run(sync, CLIENTS, warmup);
      report.head();
      List<Figures> alone = new ArrayList<>();
      List<Figures> beside = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        alone.add(new Measurement(fob, report).measure(ALONE, sync, CLIENTS, time));
        beside.add(flooded(fob, id, sync, flood));
      }
      report.footnote();
      report.say("  All but gen* includes the flood's.");
      result(Figures.median(alone), Figures.median(beside), count(fob, id));
    }
  }

  private static String register(ForkedServices fob) throws IOException {
    try (HttpConnection http = new HttpConnection(fob.http())) {
      String settings = "timeout=60s&concurrency=" + CONCURRENCY;
      return Functions.register(http, settings, Functions.WAIT, CODE);
    }
  }

  private Figures flooded(ForkedServices fob, String id, Target sync, int flood)
      throws IOException, InterruptedException {
    try (Bus bus = new Bus(BusSettings.of(fob.bootstrapServers()));
        Backlog backlog = new Backlog(bus, id, flood)) {
      int before = count(fob, id).calls();
      long start = System.nanoTime();
      var _ = backlog.produce();
      Figures figures = new Measurement(fob, report).measure(BESIDE, sync, CLIENTS, time);
      int ran = count(fob, id).calls() - before - (int) figures.calls();
      if (ran >= flood) {
        throw new IOException(
            "the flood of %d calls ended before the synchronous ones".formatted(flood));
      }
      Map<String, Integer> statuses = backlog.awaitReplies(PATIENCE);
      report.say(
          String.format(
              Locale.ROOT,
              "%d asynchronous calls ran meanwhile; all had replies after %.1f s: %s",
              ran,
              (System.nanoTime() - start) / 1e9,
              statuses));
      return figures;
    }
  }

  private static Count count(ForkedServices fob, String id) throws IOException {
    try (HttpConnection http = new HttpConnection(fob.http())) {
      String body = http.exchange(Functions.call(id, "{\"report\":true}")).body();
      JsonNode counted = Json.parse(body.getBytes(UTF_8)).path("result");
      return new Count(counted.path(0).asInt(), counted.path(1).asInt());
    }
  }

  private void result(Figures alone, Figures beside, Count count) throws IOException {
    report.say(
        String.format(
            Locale.ROOT,
            "%d clients beside the flood: %s, %.0f -> %.0f calls/s",
            CLIENTS,
            Comparison.of(alone, beside).text(AIM),
            alone.perSecond(),
            beside.perSecond()));
    report.say(
        "of %d calls, at most %d ran at a time (concurrency=%d)"
            .formatted(count.calls(), count.most(), CONCURRENCY));
    if (count.most() > CONCURRENCY) {
      throw new IOException("the function had more calls at a time than its concurrency");
    }
  }
}
