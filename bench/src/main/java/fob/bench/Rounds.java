package fob.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures all targets in turns, round after round, so that other load on the machine affects them
 * equally. Keeps all figures.
 */
final class Rounds {

  private final String workload;
  private final List<Target> targets;
  private final List<Integer> clients;
  private final Map<Cell, List<Figures>> figures = new LinkedHashMap<>();

  /**
   * Identifies one line of the result.
   *
   * @param workload the title of what a call does
   */
  record Cell(String workload, String target, int clients) {

    /** Returns the same of another target. */
    Cell of(String other) {
      return new Cell(workload, other, clients);
    }
  }

  /**
   * @param workload the title of what a call does
   */
  Rounds(String workload, List<Target> targets, List<Integer> clients) {
    this.workload = workload;
    this.targets = List.copyOf(targets);
    this.clients = List.copyOf(clients);
  }

  /**
   * Runs each target with the most clients, because the JVM compiles after calls, not after time.
   */
  void warmUp(Duration time) throws IOException, InterruptedException {
    int most = clients.stream().mapToInt(Integer::intValue).max().orElseThrow();
    for (Target target : targets) {
      var _ = ClosedLoop.run(target, most, time);
    }
  }

  void measure(Measurement measurement, int rounds, Duration time)
      throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      for (int count : clients) {
        for (Target target : targets) {
          figures
              .computeIfAbsent(new Cell(workload, target.name(), count), _ -> new ArrayList<>())
              .add(measurement.measure("round " + round, target, count, time));
        }
      }
    }
  }

  /** Returns the medians of the rounds, in the order of measurement. */
  Map<Cell, Figures> medians() {
    Map<Cell, Figures> medians = new LinkedHashMap<>();
    figures.forEach((cell, rounds) -> medians.put(cell, Figures.median(rounds)));
    return medians;
  }
}
