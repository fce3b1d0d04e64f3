package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A quick bench that compares one client's calls with what was recorded. Takes about 45 s. */
final class GuardBench {

  private static final List<Integer> CLIENTS = List.of(1);
  private static final int WARMING_CLIENTS = 16;
  private static final Duration WARMUP = Duration.ofSeconds(12);
  private static final Duration TIME = Duration.ofSeconds(4);
  private static final int ROUNDS = 2;

  private final Report report;
  private final Path file;

  /**
   * @param file what was recorded
   */
  GuardBench(Report report, Path file) {
    this.report = report;
    this.file = file;
  }

  /** Returns whether calls cost no more than the bounds allow, and prints why not. */
  boolean check() throws Exception {
    Guard recorded = Guard.read(file);
    List<String> problems = recorded.problems(measure());
    problems.forEach(report::say);
    report.say(
        problems.isEmpty()
            ? "guard: within the bounds of " + file
            : "guard: a call costs too much. If it must: ./fob bench --record writes " + file);
    return problems.isEmpty();
  }

  /** Measures calls, and writes what they cost. */
  void record() throws Exception {
    measure().write(file);
    report.say("guard: wrote " + file);
  }

  private Guard measure() throws Exception {
    Workload noOp = Workload.noOp();
    try (ForkedFob fob = ForkedFob.start();
        Bus bus = new Bus(BusSettings.of(fob.bootstrapServers()));
        BusTarget bare = BusTarget.bare(bus, noOp)) {
      Target whole = noOp.whole(fob.http(), noOp.ready(fob.http(), WARMING_CLIENTS));
      for (Target target : List.of(bare, whole)) {
        var _ = ClosedLoop.run(target, WARMING_CLIENTS, WARMUP);
      }
      Rounds rounds = new Rounds(noOp.title(), List.of(bare, whole), CLIENTS);
      report.head();
      rounds.measure(new Measurement(fob, report), ROUNDS, TIME);
      report.footnote();
      return judged(rounds.medians());
    }
  }

  private Guard judged(Map<Rounds.Cell, Figures> medians) {
    List<Ratio> ratios = Ratio.of(medians);
    ratios.forEach(report::ratio);
    return Guard.of(ratios);
  }
}
