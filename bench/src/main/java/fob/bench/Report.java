package fob.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Prints each measurement and the results as text with columns of fixed width. */
final class Report {

  private static final String LATENCY_AIM = "aim <= 1.5";
  private static final String THROUGHPUT_AIM = "aim >= 0.35";

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
        "%-10s %-9s %7s %8s %8s %8s %8s %8s %8s %8s %7s %7s %7s"
            .formatted(
                "",
                "",
                "clients",
                "calls",
                "calls/s",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "p99.9 ms",
                "max ms",
                "fob*",
                "func*",
                "gen*"));
  }

  void row(String label, String target, int clients, Figures figures) {
    say(
        String.format(
            Locale.ROOT,
            "%-10s %-9s %7d %8.0f %8.0f %8.3f %8.3f %8.3f %8.3f %8.1f %7.0f %7.0f %7.0f",
            label,
            target,
            clients,
            figures.calls(),
            figures.perSecond(),
            figures.p50(),
            figures.p90(),
            figures.p99(),
            figures.p999(),
            figures.max(),
            figures.fobCpu(),
            figures.functionCpu(),
            figures.clientCpu()));
  }

  void medians(Map<Rounds.Cell, Figures> medians) {
    say("");
    head();
    medians.forEach((cell, figures) -> row("median", cell.target(), cell.clients(), figures));
    say("* µs of processor time per call: fob with its broker, function, generator. No errors.");
  }

  /** Prints the latency and throughput of fob in relation to the bare bus and the driver. */
  void ratios(Map<Rounds.Cell, Figures> medians) {
    medians.forEach((cell, bare) -> {
      if (cell.target().equals(BareBus.NAME)) {
        int clients = cell.clients();
        Figures driver = medians.get(new Rounds.Cell(NoOp.DRIVER, clients));
        Figures whole = medians.get(new Rounds.Cell(NoOp.WHOLE, clients));
        if (driver != null && whole != null) {
          ratio(
              clients,
              "whole p50 / (bare bus p50 + driver p50)",
              whole.p50() / (bare.p50() + driver.p50()),
              clients == 1 ? LATENCY_AIM : "");
          ratio(
              clients,
              "whole calls/s / bare bus calls/s",
              whole.perSecond() / bare.perSecond(),
              clients == 64 ? THROUGHPUT_AIM : "");
        }
      }
    });
  }

  private void ratio(int clients, String what, double value, String aim) {
    say(
        String.format(
            Locale.ROOT,
            "%7d client%s  %-42s %5.2f  %s",
            clients,
            clients == 1 ? " " : "s",
            what,
            value,
            aim));
  }

  void registrations(Histogram times) {
    say(
        String.format(
            Locale.ROOT,
            "registration to first 200: %d functions, p50 %.0f ms, p95 %.0f ms, max %.0f ms",
            times.getTotalCount(),
            times.getValueAtPercentile(50) / 1e6,
            times.getValueAtPercentile(95) / 1e6,
            times.getMaxValue() / 1e6));
  }
}
