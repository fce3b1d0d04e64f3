package fob.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A figure of fob in relation to its baselines in the same run.
 *
 * @param what what is divided by what, for people
 * @param aim what the value should be; may be empty
 */
record Ratio(int clients, String what, double value, String aim) {

  static final String SWITCHES = "voluntary switches a call: whole - bare bus";
  static final String PROCESSOR_TIME = "processor time a call: whole / bare bus";

  /** Returns the ratios of one number of clients after the other. */
  static List<Ratio> of(Map<Rounds.Cell, Figures> medians) {
    Stream<Integer> counts = medians.keySet().stream().map(Rounds.Cell::clients).distinct();
    return counts.flatMap(clients -> of(medians, clients).stream()).toList();
  }

  private static List<Ratio> of(Map<Rounds.Cell, Figures> medians, int clients) {
    Figures bare = medians.get(new Rounds.Cell(BareBus.NAME, clients));
    Figures driver = medians.get(new Rounds.Cell(NoOp.DRIVER, clients));
    Figures whole = medians.get(new Rounds.Cell(NoOp.WHOLE, clients));
    List<Ratio> ratios = new ArrayList<>();
    if (bare == null || whole == null) {
      return ratios;
    }
    boolean one = clients == 1;
    if (driver != null) {
      ratios.add(
          new Ratio(
              clients,
              "p50: whole / (bare bus + driver)",
              whole.p50() / (bare.p50() + driver.p50()),
              one ? "aim <= 1.3" : ""));
    }
    ratios.add(
        new Ratio(
            clients,
            "calls/s: whole / bare bus",
            whole.perSecond() / bare.perSecond(),
            clients == 64 ? "aim >= 0.5" : ""));
    ratios.add(
        new Ratio(clients, SWITCHES, whole.switches() - bare.switches(), one ? "aim <= 7" : ""));
    ratios.add(new Ratio(clients, PROCESSOR_TIME, whole.pathMicros() / bare.pathMicros(), ""));
    if (driver != null) {
      ratios.add(
          new Ratio(
              clients,
              "processor time a call: whole / (bare bus + driver)",
              whole.pathMicros() / (bare.pathMicros() + driver.pathMicros()),
              one ? "aim <= 1.5" : ""));
    }
    return ratios;
  }
}
