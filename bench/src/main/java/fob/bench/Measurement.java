package fob.bench;

import java.io.IOException;
import java.time.Duration;

/** Measures a target once and prints the figures. */
record Measurement(RunningFob fob, Report report) {

  /**
   * Calls the target for {@code time}.
   *
   * @throws IOException if any call failed; the message contains the first error
   */
  Figures measure(String label, Target target, int clients, Duration time)
      throws IOException, InterruptedException {
    Figures.Cpu before = Figures.Cpu.now(fob);
    ClosedLoop.Outcome outcome = run(target, clients, time);
    Figures figures =
        Figures.of(outcome.latencies(), outcome.time(), Figures.Cpu.now(fob).since(before));
    report.row(label, target.name(), clients, figures);
    return figures;
  }

  static ClosedLoop.Outcome run(Target target, int clients, Duration time)
      throws IOException, InterruptedException {
    ClosedLoop.Outcome outcome = ClosedLoop.run(target, clients, time);
    if (outcome.errors() > 0 || outcome.latencies().getTotalCount() == 0) {
      throw new IOException(
          "%s, %d clients: %d clients failed after %d successful calls; the first error: %s"
              .formatted(
                  target.name(),
                  clients,
                  outcome.errors(),
                  outcome.latencies().getTotalCount(),
                  outcome.firstError()));
    }
    return outcome;
  }
}
