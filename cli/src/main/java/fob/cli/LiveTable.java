package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table of what functions do now. Used by one thread. */
final class LiveTable {

  static final List<String> TITLES =
      List.of("NAME", "STATUS", "CALLS/S", "ERRORS", "P50", "P99", "QUEUE", "WAIT", "RUN");

  private static final int MICROS_IN_MS = 1_000;
  private static final int MS_IN_S = 1_000;

  private final Map<String, JsonNode> functions = new HashMap<>();
  private final double stepSeconds;

  /**
   * @param stats the answer of {@code /api/stats}
   * @param stepMillis how long a step is
   */
  LiveTable(JsonNode stats, long stepMillis) {
    stats
        .path("details")
        .forEach(function -> functions.put(function.path("id").asText(), function));
    this.stepSeconds = (double) stepMillis / MS_IN_S;
  }

  /** Returns whether a function has come that the table does not know. */
  boolean isOutdated(JsonNode step) {
    for (Map.Entry<String, JsonNode> one : step.path("functions").properties()) {
      if (!functions.containsKey(one.getKey())) {
        return true;
      }
    }
    return false;
  }

  /** Returns a row for each function that had calls in a step, those with the most calls first. */
  List<List<String>> rows(JsonNode step) {
    List<Map.Entry<String, JsonNode>> called = new ArrayList<>(step.path("functions").properties());
    called.sort((one, other) ->
        Long.compare(
            other.getValue().path("calls").asLong(), one.getValue().path("calls").asLong()));
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> one : called) {
      JsonNode figures = one.getValue();
      JsonNode function = functions.get(one.getKey());
      rows.add(
          List.of(
              function == null ? one.getKey() : FunctionText.title(function),
              function == null ? "-" : function.path("status").asText(),
              String.format(Locale.ROOT, "%.1f", figures.path("calls").asLong() / stepSeconds),
              figures.path("errors").asText(),
              time(figures, "p50_us"),
              time(figures, "p99_us"),
              time(figures, "queue_us"),
              time(figures, "wait_us"),
              time(figures, "run_us")));
    }
    return rows;
  }

  private static String time(JsonNode figures, String name) {
    long micros = figures.path(name).asLong();
    if (micros < MICROS_IN_MS) {
      return micros + "us";
    }
    double millis = (double) micros / MICROS_IN_MS;
    return millis < MS_IN_S
        ? String.format(Locale.ROOT, "%.1fms", millis)
        : String.format(Locale.ROOT, "%.1fs", millis / MS_IN_S);
  }
}
