package fob.bench;

import java.io.IOException;
import java.time.Duration;

/** Measures one subject once, errors not allowed. */
record Probe(ForkedFob fob, Report report) {

  /**
   * @throws IOException if any call failed; the message says how
   */
  Figures measure(String label, Subject subject, int clients, Duration time)
      throws IOException, InterruptedException {
    Figures.Cpu before = Figures.Cpu.now(fob);
    ClosedLoop.Outcome outcome = run(subject, clients, time);
    Figures figures =
        Figures.of(outcome.latencies(), outcome.time(), Figures.Cpu.now(fob).since(before));
    report.row(label, subject.name(), clients, figures);
    return figures;
  }

  static ClosedLoop.Outcome run(Subject subject, int clients, Duration time)
      throws IOException, InterruptedException {
    ClosedLoop.Outcome outcome = ClosedLoop.run(subject, clients, time);
    if (outcome.errors() > 0 || outcome.latencies().getTotalCount() == 0) {
      throw new IOException(
          "%s, %d clients: %d of them failed after %d good calls, the first with: %s"
              .formatted(
                  subject.name(),
                  clients,
                  outcome.errors(),
                  outcome.latencies().getTotalCount(),
                  outcome.firstError()));
    }
    return outcome;
  }
}
