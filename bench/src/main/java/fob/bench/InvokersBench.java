package fob.bench;

import fob.bus.wire.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures calls of a function that waits 50 ms, by the number of invokers: calls of one function,
 * of one that is spread over all partitions, and of one in each partition.
 */
final class InvokersBench {

  /** The most invokers that can share the calls. */
  static final int PARTITIONS = 8;

  private static final int CLIENTS = 128;
  private static final double SECONDS = 0.05;
  private static final int CONCURRENCY = CLIENTS / PARTITIONS;
  private static final Duration WARM = Duration.ofSeconds(3);

  /** What bounds the calls of an invoker. */
  private record Bound(String title, Map<String, String> settings) {}

  private static final List<Bound> BOUNDS =
      List.of(
          new Bound(
              "each invoker takes 4 calls at a time",
              Map.of("FOB_MAX_IN_FLIGHT", "4", "FOB_KAFKA_MAX_POLL_RECORDS", "1")),
          new Bound("invokers with the default settings", Map.of()));

  /** What one line of the result is about. */
  private record Cell(String target, int invokers) {}

  private final Report report;
  private final Duration time;

  InvokersBench(Report report, Duration time) {
    this.report = report;
    this.time = time;
  }

  /**
   * Makes all measurements and prints their results.
   *
   * @param counts the numbers of invokers, 1 to 8
   */
  void run(List<Integer> counts, Duration warmup, int rounds) throws Exception {
    List<String> results = new ArrayList<>();
    for (Bound bound : BOUNDS) {
      report.say(bound.title());
      report.head();
      try (ForkedServices fob = ForkedServices.start(PARTITIONS, bound.settings())) {
        Map<Cell, List<Figures>> figures = measure(fob, counts, warmup, rounds);
        results.add(bound.title());
        results.addAll(lines(figures, counts.getFirst()));
      }
    }
    report.footnote();
    results.forEach(report::say);
  }

  private Map<Cell, List<Figures>> measure(
      ForkedServices fob, List<Integer> counts, Duration warmup, int rounds) throws Exception {
    List<Target> targets = targets(fob);
    for (Target target : targets) {
      var _ = ClosedLoop.run(target, CLIENTS, warmup);
    }
    Map<Cell, List<Figures>> figures = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (int invokers : counts) {
        fob.invokers(invokers);
        for (Target target : targets) {
          var _ = ClosedLoop.run(target, CLIENTS, WARM);
          figures
              .computeIfAbsent(new Cell(target.name(), invokers), _ -> new ArrayList<>())
              .add(new Measurement(fob, report).measure(label(invokers), target, CLIENTS, time));
        }
      }
    }
    return figures;
  }

  private static List<Target> targets(ForkedServices fob) throws IOException {
    String instances = "instances=%d&concurrency=%d".formatted(PARTITIONS, CONCURRENCY);
    List<String> one = List.of(Sleeper.ready(fob.http(), instances));
    List<String> spread = List.of(Sleeper.ready(fob.http(), instances + "&spread=" + PARTITIONS));
    return List.of(
        Sleeper.whole("one", fob.http(), one, SECONDS),
        Sleeper.whole("spread", fob.http(), spread, SECONDS),
        Sleeper.whole("eight", fob.http(), List.copyOf(oneInEachPartition(fob)), SECONDS));
  }

  private static Collection<String> oneInEachPartition(ForkedServices fob) throws IOException {
    Map<Integer, String> ids = new TreeMap<>();
    try (HttpConnection http = new HttpConnection(fob.http())) {
      while (ids.size() < PARTITIONS) {
        String id = Sleeper.register(http, "concurrency=" + CONCURRENCY, "");
        if (ids.putIfAbsent(Topic.partition(id, PARTITIONS), id) != null) {
          Functions.remove(http, id);
        }
      }
    }
    return ids.values();
  }

  private static String label(int invokers) {
    return invokers == 1 ? "1 invoker" : invokers + " invokers";
  }

  private static List<String> lines(Map<Cell, List<Figures>> figures, int first) {
    List<String> lines = new ArrayList<>();
    Map<Cell, Figures> medians = new LinkedHashMap<>();
    figures.forEach((cell, rounds) -> medians.put(cell, Figures.median(rounds)));
    medians.forEach((cell, median) -> {
      Figures base = medians.getOrDefault(new Cell(cell.target(), first), median);
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-11s %-9s %6.0f calls/s (%.2f)  p50 %6.1f ms  %.1f of %d processors",
              label(cell.invokers()),
              cell.target(),
              median.perSecond(),
              median.perSecond() / base.perSecond(),
              median.p50(),
              median.processors(),
              Runtime.getRuntime().availableProcessors()));
    });
    return lines;
  }
}
