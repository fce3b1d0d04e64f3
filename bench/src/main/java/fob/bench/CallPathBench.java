package fob.bench;

import fob.bench.counts.Counts;
import fob.bus.Bus;
import fob.bus.BusSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Measures calls through fob, through Kafka alone, and to the driver alone. */
final class CallPathBench {

  /** How often a registration is measured. */
  static final int REGISTRATIONS = 20;

  private final Report report;
  private final List<Integer> clients;
  private final Duration time;

  /**
   * @param clients the numbers of concurrent clients
   * @param time how long each measurement takes
   */
  CallPathBench(Report report, List<Integer> clients, Duration time) {
    this.report = report;
    this.clients = List.copyOf(clients);
    this.time = time;
  }

  /**
   * Makes all measurements and prints their results.
   *
   * @param cold how long to measure after a fresh start; zero: not at all
   */
  void run(Duration warmup, int rounds, Duration cold) throws Exception {
    report.head();
    Map<Rounds.Cell, Figures> medians;
    Histogram registrations;
    try (ForkedFob fob = ForkedFob.start()) {
      medians = warm(fob, warmup, rounds);
      registrations = Registrations.measure(fob.http(), REGISTRATIONS);
    }
    if (cold.isPositive()) {
      for (int count : clients) {
        coldStart(count, cold);
      }
    }
    report.medians(medians);
    Ratio.of(medians).forEach(report::ratio);
    counts(medians);
    report.registrations(registrations);
  }

  private Map<Rounds.Cell, Figures> warm(ForkedFob fob, Duration warmup, int rounds)
      throws Exception {
    Bus bus = new Bus(BusSettings.of(fob.bootstrapServers()));
    // Two functions with the same code, because an instance accepts a limited number of
    // connections.
    Target direct = NoOp.direct(bus, NoOp.ready(fob.http(), mostClients()));
    Target whole = NoOp.whole(fob.http(), NoOp.ready(fob.http(), mostClients()));
    try (BareBus bare = BareBus.start(bus)) {
      Rounds measured = new Rounds(List.of(bare, direct, whole), clients);
      measured.warmUp(warmup);
      measured.measure(new Measurement(fob, report), rounds, time);
      return measured.medians();
    }
  }

  /** Measures a fob that has just been started, with a load generator that is warm. */
  private void coldStart(int count, Duration cold) throws Exception {
    try (ForkedFob fob = ForkedFob.start()) {
      String id = NoOp.ready(fob.http(), mostClients());
      new Measurement(fob, report).measure("cold", NoOp.whole(fob.http(), id), count, cold);
    }
  }

  private void counts(Map<Rounds.Cell, Figures> medians) {
    for (int count : clients) {
      Map<String, Counts> targets = new LinkedHashMap<>();
      medians.forEach((cell, figures) -> {
        if (cell.clients() == count) {
          targets.put(cell.target(), figures.counts());
        }
      });
      report.say("");
      report.say(
          "%d client%s: voluntary switches and µs of processor time a call, by threads"
              .formatted(count, count == 1 ? "" : "s"));
      CountsTable.lines(targets).forEach(report::say);
    }
  }

  private int mostClients() {
    return clients.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}
