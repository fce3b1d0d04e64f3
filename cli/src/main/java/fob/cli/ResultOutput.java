package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Prints the reply to a call. */
record ResultOutput(Output output) {

  private static final int ACCEPTED = 202;

  /**
   * Prints the result on the standard output, or the failure on the standard error.
   *
   * @return the exit code
   */
  int print(Reply reply) {
    JsonNode json = reply.json();
    if (json.isMissingNode()) {
      throw Refusals.of(reply);
    }
    if (output.json()) {
      output.print(json);
      return reply.succeeded() ? ExitCodes.OK : Refusals.exitCode(reply);
    }
    printLog(reply, json);
    if (!reply.succeeded()) {
      throw Refusals.of(reply);
    }
    if (reply.status() == ACCEPTED) {
      output.print(progress(json));
    } else if (json.path("result").isTextual()) {
      output.print(json.path("result").asText());
    } else {
      output.printCompact(json.path("result"));
    }
    return ExitCodes.OK;
  }

  private void printLog(Reply reply, JsonNode json) {
    // The header has percent signs and no plus signs of a form: a plus is a plus.
    String tail = reply.header("Fob-Log-Tail").replace("+", "%2B");
    if (!tail.isEmpty()) {
      output.err().println(URLDecoder.decode(tail, StandardCharsets.UTF_8));
    }
    json.path("log").forEach(line -> output.err().println(line.asText()));
  }

  private static String progress(JsonNode json) {
    StringBuilder text = new StringBuilder("the call has not ended: ");
    text.append(json.path("state").asText());
    if (json.path("attempt").isNumber()) {
      text.append(", attempt ").append(json.path("attempt").asText());
    }
    if (json.path("next").isTextual()) {
      text.append(" at ").append(json.path("next").asText());
    }
    json.path("attempts")
        .forEach(attempt ->
            text.append(System.lineSeparator())
                .append("  attempt ")
                .append(attempt.path("attempt").asText())
                .append(" at ")
                .append(attempt.path("at").asText())
                .append(": ")
                .append(attempt.path("message").asText()));
    return text.toString();
  }
}
