package fob.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Prints replies that differ when they come, and at the end how many there were. Its memory is
 * bounded. Thread-safe.
 */
final class ReplayReport {

  private static final int MOST_PRINTED = 10;
  private static final int MOST_LISTED = 1_000;
  private static final int LONGEST = 200;

  private final Output output;
  private final String from;
  private final String to;
  private final RunTimes before = new RunTimes();
  private final RunTimes now = new RunTimes();
  private final ArrayNode list = JsonNodeFactory.instance.arrayNode();
  private long same;
  private long different;
  private long unknown;
  private long leftOut;
  private @Nullable String whyLeftOut;

  /**
   * @param from the function whose calls they are, as the user named it
   * @param to the version that runs them
   */
  ReplayReport(Output output, String from, String to) {
    this.output = output;
    this.from = from;
    this.to = to;
  }

  /**
   * Takes a call that was made again.
   *
   * @throws CommandFailure if nobody reads the output any more
   */
  synchronized void add(Replay.Outcome outcome) {
    before.add(outcome.before().runMillis());
    now.add(outcome.after().runMillis());
    switch (outcome.comparison()) {
      case SAME -> same++;
      case UNKNOWN -> unknown++;
      case DIFFERENT -> {
        different++;
        list(outcome);
      }
    }
  }

  /** Takes a call that was not made again. */
  synchronized void leaveOut(String why) {
    leftOut++;
    whyLeftOut = why;
  }

  /** Shows on a terminal how far it is. */
  synchronized void progress(String suffix) {
    output.progressOnly("fob: %d%s, %d different".formatted(calls(), suffix, different));
  }

  /**
   * Prints how many there were.
   *
   * @return the exit code: 1 if replies differ
   */
  synchronized int print() {
    output.endProgress();
    if (output.json()) {
      output.print(json());
    } else {
      if (different > MOST_PRINTED) {
        output.print("... and %d more".formatted(different - MOST_PRINTED));
      }
      output.print(
          "%d calls of %s with %s: %d same, %d different, %d without a past reply%s"
              .formatted(
                  calls(),
                  from,
                  to,
                  same,
                  different,
                  unknown,
                  leftOut == 0 ? "" : ", and %d left out".formatted(leftOut)));
      output.print(
          "run time, median: %s before, %s now"
              .formatted(text(before.median()), text(now.median())));
    }
    if (whyLeftOut != null) {
      output.say("fob: why calls were left out: " + whyLeftOut);
    }
    return different == 0 ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private long calls() {
    return same + different + unknown;
  }

  private void list(Replay.Outcome outcome) {
    if (list.size() < MOST_LISTED) {
      list.addObject()
          .put("id", outcome.call().path("id").asText())
          .put("before", outcome.before().text())
          .put("now", outcome.after().text());
    }
    if (different <= MOST_PRINTED && !output.json()) {
      output.endProgress();
      output.print(
          "call %s, %s".formatted(outcome.call().path("id").asText(), parameters(outcome)));
      output.print("  before: " + outcome.before().text());
      output.print("  now:    " + outcome.after().text());
    }
  }

  private static String parameters(Replay.Outcome outcome) {
    return outcome.call().has("payload")
        ? cut(outcome.call().path("payload").toString())
        : outcome.call().path("content_type").asText();
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  private ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("calls", calls())
            .put("same", same)
            .put("unknown", unknown)
            .put("left_out", leftOut);
    before.median().ifPresent(millis -> json.put("run_ms_before", millis));
    now.median().ifPresent(millis -> json.put("run_ms_now", millis));
    return json.set("different", list);
  }

  private static String text(OptionalDouble millis) {
    return millis.isPresent()
        ? String.format(Locale.ROOT, "%.2f ms", millis.getAsDouble())
        : "not known";
  }
}
