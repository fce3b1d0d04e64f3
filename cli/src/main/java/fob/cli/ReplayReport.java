package fob.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Prints how a replay went. */
record ReplayReport(Output output, String from, String to) {

  private static final int MOST_SHOWN = 10;
  private static final int LONGEST = 200;

  /**
   * Prints the outcomes.
   *
   * @return the exit code: 1 if replies differ
   */
  int print(List<Replay.Outcome> outcomes) {
    List<Replay.Outcome> different = of(outcomes, Replay.Comparison.DIFFERENT);
    if (output.json()) {
      output.print(json(outcomes, different));
    } else {
      different.stream().limit(MOST_SHOWN).forEach(this::print);
      if (different.size() > MOST_SHOWN) {
        output.print("... and %d more".formatted(different.size() - MOST_SHOWN));
      }
      output.print(
          "%d calls of %s with %s: %d same, %d different, %d without a past reply"
              .formatted(
                  outcomes.size(),
                  from,
                  to,
                  of(outcomes, Replay.Comparison.SAME).size(),
                  different.size(),
                  of(outcomes, Replay.Comparison.UNKNOWN).size()));
      output.print(
          "run time, median: %s before, %s now"
              .formatted(
                  text(median(outcomes, Replay.Outcome::before)),
                  text(median(outcomes, Replay.Outcome::after))));
    }
    return different.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static List<Replay.Outcome> of(
      List<Replay.Outcome> outcomes, Replay.Comparison comparison) {
    return outcomes.stream().filter(one -> one.comparison() == comparison).toList();
  }

  private void print(Replay.Outcome outcome) {
    output.print("call %s, %s".formatted(outcome.call().path("id").asText(), parameters(outcome)));
    output.print("  before: " + outcome.before().text());
    output.print("  now:    " + outcome.after().text());
  }

  private static String parameters(Replay.Outcome outcome) {
    return outcome.call().has("payload")
        ? cut(outcome.call().path("payload").toString())
        : outcome.call().path("content_type").asText();
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  private static ObjectNode json(List<Replay.Outcome> outcomes, List<Replay.Outcome> different) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("calls", outcomes.size())
            .put("same", of(outcomes, Replay.Comparison.SAME).size())
            .put("unknown", of(outcomes, Replay.Comparison.UNKNOWN).size());
    median(outcomes, Replay.Outcome::before).ifPresent(millis -> json.put("run_ms_before", millis));
    median(outcomes, Replay.Outcome::after).ifPresent(millis -> json.put("run_ms_now", millis));
    ArrayNode list = json.putArray("different");
    for (Replay.Outcome outcome : different) {
      list.addObject()
          .put("id", outcome.call().path("id").asText())
          .put("before", outcome.before().text())
          .put("now", outcome.after().text());
    }
    return json;
  }

  private static OptionalDouble median(
      List<Replay.Outcome> outcomes, Function<Replay.Outcome, Replay.Answer> which) {
    double[] sorted =
        outcomes.stream()
            .map(which)
            .map(Replay.Answer::runMillis)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .sorted()
            .toArray();
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted[sorted.length / 2]);
  }

  private static String text(OptionalDouble millis) {
    return millis.isPresent()
        ? String.format(Locale.ROOT, "%.2f ms", millis.getAsDouble())
        : "not known";
  }
}
