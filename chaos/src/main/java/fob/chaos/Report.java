package fob.chaos;

import fob.chaos.check.Summary;
import fob.chaos.check.Violation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/** Prints the outcome of a run. */
final class Report {

  private static final int MOST_VIOLATIONS = 20;

  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  void print(ChaosRun.Outcome outcome) {
    Summary summary = outcome.summary();
    out.println();
    out.println("Requests and replies of the clients:");
    summary.events().forEach((what, count) -> out.printf("  %7d  %s%n", count, what));
    out.println("Faults:");
    summary.faults().forEach((fault, count) -> out.printf("  %7d  %s%n", count, fault));
    out.println("Longest time without a result for a synchronous client, around a fault:");
    summary.outages().forEach((fault, gap) -> out.printf("  %7.1f s  %s%n", seconds(gap), fault));
    out.printf(
        "Calls in the log: %d = %d ok + %d failed + %d in flight; %d dead letters, %d runs%n",
        summary.calls(),
        summary.ok(),
        summary.failed(),
        summary.calls() - summary.ok() - summary.failed(),
        summary.dead(),
        summary.runs());
    out.println("Calls answered more than once, by cause: " + summary.answeredAgain());
    out.println("Attempts run more than once, by cause: " + summary.runAgain());
    out.println("Lost calls: " + summary.lost());
    violations(outcome.violations());
    out.flush();
  }

  private void violations(List<Violation> violations) {
    violations.stream().limit(MOST_VIOLATIONS).forEach(v -> out.println("VIOLATED " + v));
    if (violations.size() > MOST_VIOLATIONS) {
      out.printf("... and %d more%n", violations.size() - MOST_VIOLATIONS);
    }
    out.println(
        violations.isEmpty()
            ? "Every invariant holds."
            : violations.size() + " violations of invariants.");
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
