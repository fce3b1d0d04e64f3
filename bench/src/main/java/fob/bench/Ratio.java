package fob.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A figure of fob in relation to its baselines in the same run.
 *
 * @param workload the title of what a call does
 * @param what what is divided by what, for people
 * @param aim what the value should be; may be empty
 */
record Ratio(String workload, int clients, String what, double value, String aim) {

  static final String SWITCHES = "voluntary switches a call: whole - bare bus";
  static final String PROCESSOR_TIME = "processor time a call: whole / bare bus";

  /** Returns the ratios of each workload and number of clients whose targets were measured. */
  static List<Ratio> of(Map<Rounds.Cell, Figures> medians) {
    return medians.keySet().stream()
        .filter(cell -> cell.target().equals(NoOp.WHOLE))
        .flatMap(cell -> of(medians, cell).stream())
        .toList();
  }

  private static List<Ratio> of(Map<Rounds.Cell, Figures> medians, Rounds.Cell cell) {
    Figures bare = medians.get(cell.of(BusTarget.BARE));
    Figures driver = medians.get(cell.of(NoOp.DRIVER));
    Figures whole = medians.get(cell);
    String workload = cell.workload();
    int clients = cell.clients();
    List<Ratio> ratios = new ArrayList<>();
    if (bare == null || whole == null) {
      return ratios;
    }
    boolean one = clients == 1;
    if (driver != null) {
      ratios.add(
          new Ratio(
              workload,
              clients,
              "p50: whole / (bare bus + driver)",
              whole.p50() / (bare.p50() + driver.p50()),
              one ? "aim <= 1.3" : ""));
    }
    ratios.add(
        new Ratio(
            workload,
            clients,
            "calls/s: whole / bare bus",
            whole.perSecond() / bare.perSecond(),
            clients == 64 ? "aim >= 0.5" : ""));
    ratios.add(
        new Ratio(
            workload,
            clients,
            SWITCHES,
            whole.switches() - bare.switches(),
            one ? "aim <= 7" : ""));
    ratios.add(
        new Ratio(workload, clients, PROCESSOR_TIME, whole.pathMicros() / bare.pathMicros(), ""));
    if (driver != null) {
      ratios.add(
          new Ratio(
              workload,
              clients,
              "processor time a call: whole / (bare bus + driver)",
              whole.pathMicros() / (bare.pathMicros() + driver.pathMicros()),
              one ? "aim <= 1.5" : ""));
    }
    return ratios;
  }
}
