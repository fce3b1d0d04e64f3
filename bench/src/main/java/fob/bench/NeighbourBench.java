package fob.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures calls of a function alone and beside a {@link Hog}, in turns, so that other load on the
 * machine affects both equally.
 */
final class NeighbourBench {

  private static final String ALONE = "alone";
  private static final String BESIDE = "beside";
  private static final String AIM = ", aim <= 1.5";

  private final ForkedFob fob;
  private final Report report;
  private final Duration time;
  private final int clients;

  /**
   * @param clients the concurrent clients of the neighbour
   */
  NeighbourBench(ForkedFob fob, Report report, Duration time, int clients) {
    this.fob = fob;
    this.report = report;
    this.time = time;
    this.clients = clients;
  }

  /** Makes all measurements and prints their results. */
  void run(List<Hog> hogs, Duration warmup, int rounds) throws IOException, InterruptedException {
    Target neighbour = NoOp.whole(fob.http(), NoOp.ready(fob.http(), clients));
    var _ = ClosedLoop.run(neighbour, clients, warmup);
    List<String> results = new ArrayList<>();
    report.head();
    for (Hog hog : hogs) {
      results.add(beside(hog, neighbour, rounds));
    }
    report.footnote();
    report.say("  A call is one of the neighbour. All but gen* includes the hog's.");
    results.forEach(report::say);
  }

  private String beside(Hog hog, Target neighbour, int rounds)
      throws IOException, InterruptedException {
    Measurement measurement = new Measurement(fob, report);
    List<Figures> alone = new ArrayList<>();
    List<Figures> beside = new ArrayList<>();
    RunningHog running = RunningHog.register(fob.http(), hog);
    report.say(hog.title());
    for (int round = 0; round < rounds; round++) {
      alone.add(measurement.measure(ALONE, neighbour, clients, time));
      beside.add(running.beside(time, () -> measurement.measure(BESIDE, neighbour, clients, time)));
    }
    running.remove();
    return line(hog, Figures.median(alone), Figures.median(beside), running);
  }

  private static String line(Hog hog, Figures alone, Figures beside, RunningHog running) {
    return String.format(
        Locale.ROOT,
        "%-12s  neighbour's %s; the hog's calls by status: %s",
        hog.title(),
        Comparison.of(alone, beside).text(AIM),
        running.statuses());
  }
}
