package fob.bench;

import fob.bench.counts.Part;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Prints each measurement and the results as text with columns of fixed width. */
final class Report {

  private static final String FOOTNOTE =
      "* a call: voluntary switches of threads of fob and its broker, and µs of processor time of"
          + " fob, its broker,\n"
          + "  its JVM's compiler and collector, the function, and the load generator.";

  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  void say(String text) {
    out.println(text);
    out.flush();
  }

  void head() {
    say(
        "%-10s %-9s %7s %8s %8s %8s %8s %8s %9s %7s %7s %7s %7s %7s"
            .formatted(
                "",
                "",
                "clients",
                "calls/s",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "max ms",
                "switches*",
                "fob*",
                "broker*",
                "jvm*",
                "func*",
                "gen*"));
  }

  /** Explains the columns with a star. */
  void footnote() {
    say(FOOTNOTE);
  }

  void row(String label, String target, int clients, Figures figures) {
    say(
        String.format(
            Locale.ROOT,
            "%-10s %-9s %7d %8.0f %8.3f %8.3f %8.3f %8.1f %9.1f %7.0f %7.0f %7.0f %7.0f %7.0f",
            label,
            target,
            clients,
            figures.perSecond(),
            figures.p50(),
            figures.p99(),
            figures.p999(),
            figures.max(),
            figures.switches(),
            figures.counts().micros(Part.SERVICES),
            figures.counts().micros(Part.BROKER),
            figures.counts().micros(Part.JVM),
            figures.counts().micros(Part.FUNCTION),
            figures.counts().micros(Part.GENERATOR)));
  }

  void medians(Map<Rounds.Cell, Figures> medians) {
    say("");
    say("medians:");
    head();
    medians.forEach(
        (cell, figures) -> row(cell.workload(), cell.target(), cell.clients(), figures));
    footnote();
    say("  In the line of a baseline on the bus, fob* is its clients. No call failed.");
  }

  void ratio(Ratio ratio) {
    say(
        String.format(
            Locale.ROOT,
            "%-10s %7d client%s  %-50s %6.2f  %s",
            ratio.workload(),
            ratio.clients(),
            ratio.clients() == 1 ? " " : "s",
            ratio.what(),
            ratio.value(),
            ratio.aim()));
  }

  void registrations(Histogram times) {
    say(
        String.format(
            Locale.ROOT,
            "registration to first 200: %d functions, p50 %.0f ms, p95 %.0f ms, max %.0f ms",
            times.getTotalCount(),
            Latencies.millis(times, 50),
            Latencies.millis(times, 95),
            Latencies.millis(times, 100)));
  }
}
