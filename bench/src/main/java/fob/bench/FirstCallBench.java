package fob.bench;

import fob.bus.wire.Json;
import fob.service.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Measures the first call of a function that was stopped because nobody called it, beside a call of
 * the same function when it is warm, and the time from a registration to the first result.
 */
final class FirstCallBench {

  private static final int COUNT = 20;
  private static final String IDLE = "concurrency=1&idle=5s";
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Report report;

  FirstCallBench(Report report) {
    this.report = report;
  }

  void run() throws IOException {
    try (ForkedFob fob = ForkedFob.start();
        HttpConnection http = new HttpConnection(fob.http())) {
      Histogram registrations = Latencies.none();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        long start = System.nanoTime();
        String id = Functions.register(http, IDLE, "", NoOp.CODE);
        NoOp.requireRight(http.exchange(NoOp.call(id)));
        Latencies.record(registrations, System.nanoTime() - start);
        ids.add(id);
      }
      awaitIdle(fob, http, ids);
      Histogram first = Latencies.none();
      Histogram warm = Latencies.none();
      for (String id : ids) {
        for (Histogram times : List.of(first, warm)) {
          long start = System.nanoTime();
          NoOp.requireRight(http.exchange(NoOp.call(id)));
          Latencies.record(times, System.nanoTime() - start);
        }
      }
      say("from a registration to the first result", registrations);
      say("first call of a function that was stopped", first);
      say("the call after it", warm);
    }
  }

  /** Waits until all functions are stopped. Only warm sandboxes have processes then. */
  private static void awaitIdle(ForkedFob fob, HttpConnection http, List<String> ids)
      throws IOException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!areIdle(http, ids) || fob.functions().size() >= ids.size()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("functions with idle=5s were not stopped within 2 minutes");
      }
      Threads.pause(PAUSE);
    }
  }

  private static boolean areIdle(HttpConnection http, List<String> ids) throws IOException {
    for (String id : ids) {
      HttpConnection.Response meta =
          http.exchange(HttpConnection.request("GET", "/api/meta/" + id, "", ""));
      byte[] json = meta.body().getBytes(StandardCharsets.UTF_8);
      if (!Json.parse(json).path("status").asText().equals("idle")) {
        return false;
      }
    }
    return true;
  }

  private void say(String what, Histogram times) {
    report.say(
        String.format(
            Locale.ROOT,
            "%s: %d functions, p50 %.1f ms, p95 %.1f ms, max %.1f ms",
            what,
            times.getTotalCount(),
            Latencies.millis(times, 50),
            Latencies.millis(times, 95),
            Latencies.millis(times, 100)));
  }
}
