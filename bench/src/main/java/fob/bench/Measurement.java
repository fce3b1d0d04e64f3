package fob.bench;

import fob.bench.counts.Meter;
import java.io.IOException;
import java.time.Duration;

/** Measures targets and prints the figures of each measurement. Used by one thread at a time. */
final class Measurement {

  private final Meter meter;
  private final Report report;

  Measurement(RunningFob fob, Report report) {
    this.meter = new Meter(fob::jvms, fob::functions);
    this.report = report;
  }

  /**
   * Calls the target for {@code time}.
   *
   * @throws IOException if any call failed; the message contains the first error
   */
  Figures measure(String label, Target target, int clients, Duration time)
      throws IOException, InterruptedException {
    Figures figures = Figures.of(ClosedLoop.run(target, clients, time, meter));
    report.row(label, target.name(), clients, figures);
    return figures;
  }
}
