package fob.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures all subjects in turns, round after round, so that whatever else the machine does hits
 * them alike, and keeps the figures of each.
 */
final class Rounds {

  private final List<Subject> subjects;
  private final List<Integer> clients;
  private final Map<Cell, List<Figures>> figures = new LinkedHashMap<>();

  /** One line of the result. */
  record Cell(String subject, int clients) {}

  Rounds(List<Subject> subjects, List<Integer> clients) {
    this.subjects = List.copyOf(subjects);
    this.clients = List.copyOf(clients);
  }

  /** With the most clients alone: it is calls that have code compiled, not time. */
  void warmUp(Duration time) throws IOException, InterruptedException {
    int most = clients.stream().mapToInt(Integer::intValue).max().orElseThrow();
    for (Subject subject : subjects) {
      Probe.run(subject, most, time);
    }
  }

  void measure(Probe probe, int rounds, Duration time) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      for (int count : clients) {
        for (Subject subject : subjects) {
          figures
              .computeIfAbsent(new Cell(subject.name(), count), _ -> new ArrayList<>())
              .add(probe.measure("round " + round, subject, count, time));
        }
      }
    }
  }

  /** The median of the rounds, in the order of measurement. */
  Map<Cell, Figures> medians() {
    Map<Cell, Figures> medians = new LinkedHashMap<>();
    figures.forEach((cell, rounds) -> medians.put(cell, Figures.median(rounds)));
    return medians;
  }
}
