package fob.bench;

import fob.bench.counts.Serving;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Measures many functions that are registered and warm. A fob with all of them and a fob with one
 * run side by side. One client calls them in turns: the one function in the one fob, and all
 * functions one after the other in the other fob.
 */
final class DensityBench {

  private static final int POSTERS = 4;
  private static final double KIB = 1024.0;
  private static final double AIM = 1.15;

  private final Report report;
  private final int functions;
  private final Duration time;

  /**
   * @param time how long each measurement is
   */
  DensityBench(Report report, int functions, Duration time) {
    this.report = report;
    this.functions = functions;
    this.time = time;
  }

  void run(Duration warmup, int rounds) throws Exception {
    try (ForkedFob one = ForkedFob.start();
        ForkedFob many = ForkedFob.start()) {
      List<String> single = register(one.http(), 1);
      long begin = System.nanoTime();
      List<String> all = register(many.http(), functions);
      report.say(
          String.format(
              Locale.ROOT,
              "%d functions registered, and each called, after %.0f s",
              functions,
              (System.nanoTime() - begin) / 1e9));
      memory(one, many);
      calls(target("one", one.http(), single), target("many", many.http(), all), warmup, rounds);
    }
  }

  /** Registers functions on some connections, each of which calls its own once. */
  private static List<String> register(InetSocketAddress fob, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    try (ExecutorService posters = Executors.newFixedThreadPool(POSTERS)) {
      List<Future<List<String>>> posted = new ArrayList<>();
      for (int i = 0; i < POSTERS; i++) {
        int mine = count / POSTERS + (i < count % POSTERS ? 1 : 0);
        posted.add(posters.submit(() -> registerAndCall(fob, mine)));
      }
      for (Future<List<String>> each : posted) {
        ids.addAll(each.get());
      }
    }
    return ids;
  }

  private static List<String> registerAndCall(InetSocketAddress fob, int count) throws IOException {
    List<String> ids = new ArrayList<>();
    try (HttpConnection http = new HttpConnection(fob)) {
      for (int i = 0; i < count; i++) {
        String id = NoOp.register(http, 1, Functions.WAIT);
        NoOp.requireRight(http.exchange(NoOp.call(id)));
        ids.add(id);
      }
    }
    return ids;
  }

  private void memory(ForkedFob one, ForkedFob many) throws IOException {
    double idle = Memory.proportionalKiB(many.functions()) / KIB / functions;
    double ofFob =
        (Memory.proportionalKiB(many.jvms()) - Memory.proportionalKiB(one.jvms()))
            / KIB
            / functions;
    report.say(
        String.format(
            Locale.ROOT,
            "an idle function has %.1f MiB (PSS of all processes of %d sandboxes), and %.2f MiB in"
                + " fob's JVM (its PSS beside that of a fob with one)",
            idle,
            functions,
            ofFob));
  }

  private static Target target(String name, InetSocketAddress fob, List<String> ids) {
    return new HttpTarget(
        name, Serving.FOB, fob, ids.stream().map(NoOp::call).toList(), NoOp::isRight);
  }

  private void calls(Target one, Target many, Duration warmup, int rounds) throws Exception {
    for (Target target : List.of(one, many)) {
      var _ = ClosedLoop.run(target, 1, warmup);
    }
    Histogram ofOne = Latencies.none();
    Histogram ofMany = Latencies.none();
    for (int round = 0; round < rounds; round++) {
      ofOne.add(ClosedLoop.run(one, 1, time).latencies());
      ofMany.add(ClosedLoop.run(many, 1, time).latencies());
    }
    report.say(line("1 function", ofOne));
    report.say(line(functions + " functions in turns", ofMany));
    report.say(
        String.format(
            Locale.ROOT,
            "p50 of %d functions / p50 of one: %.2f (aim: %.2f)",
            functions,
            Latencies.millis(ofMany, 50) / Latencies.millis(ofOne, 50),
            AIM));
  }

  private static String line(String what, Histogram times) {
    return String.format(
        Locale.ROOT,
        "%s, one client: p50 %.2f ms, p99 %.2f ms, %d calls",
        what,
        Latencies.millis(times, 50),
        Latencies.millis(times, 99),
        times.getTotalCount());
  }
}
