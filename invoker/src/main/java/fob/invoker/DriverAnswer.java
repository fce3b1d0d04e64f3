package fob.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.AnswerJson;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import fob.call.Failure;
import fob.call.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a driver's HTTP answer into the outcome of the run. An answer that drivers/CONTRACT.md does
 * not allow becomes the failure {@link Failure#UNREACHABLE}.
 */
final class DriverAnswer {

  private DriverAnswer() {}

  /**
   * @param status the HTTP status
   * @param body not copied; must not be changed afterwards
   * @param mayHaveLog whether the call's log was asked for
   */
  static RunOutcome of(int status, byte[] body, boolean mayHaveLog) {
    if (status != 200) {
      return error(status, body);
    }
    if (mayHaveLog) {
      return AnswerJson.parts(body).map(DriverAnswer::answered).orElseGet(() -> unusable(status));
    }
    return Json.isObjectOf("result", body)
        ? new RunOutcome.Ended(new Reply.Answered(body), InstanceHealth.SERVES)
        : unusable(status);
  }

  private static RunOutcome answered(AnswerJson.Parts parts) {
    return parts.body().length > Topics.MAX_VALUE_BYTES
        ? tooLarge(200)
        : new RunOutcome.Ended(
            new Reply.Answered(parts.body()), InstanceHealth.SERVES, parts.log());
  }

  /** Returns the outcome of an answer whose body is too large, by its HTTP status alone. */
  static RunOutcome tooLarge(int status) {
    String what = "the driver's answer is over the limit of " + Topics.MAX_VALUE_BYTES + " bytes";
    return switch (status) {
      case 200 ->
          over(
              Reply.failed(
                  Failure.TOO_LARGE,
                  "the result is over the limit of " + Topics.MAX_VALUE_BYTES + " bytes"));
      case 400 -> over(Reply.failed(Failure.BAD_REQUEST, "the driver refused the call; " + what));
      case 422 ->
          over(
              Reply.failed(
                  Failure.BAD_PARAMETERS,
                  "the parameters do not fit the function; their names are not known: " + what));
      case 429, 503 ->
          new RunOutcome.NotStarted("status " + status + "; " + what, InstanceHealth.REFUSES);
      case 500 ->
          over(
              Reply.failed(
                  Failure.FUNCTION_ERROR, "the function failed; the reason is not known: " + what));
      default -> unusable(status);
    };
  }

  private static RunOutcome error(int status, byte[] body) {
    JsonNode answer;
    try {
      answer = Json.parse(body);
    } catch (IllegalArgumentException notJson) {
      return unusable(status);
    }
    return switch (error(status, answer.path("error"))) {
      case RunOutcome.Ended(Reply reply, InstanceHealth health, _) ->
          new RunOutcome.Ended(reply, health, lines(answer.path("log")));
      case RunOutcome.NotStarted refused -> refused;
    };
  }

  private static List<String> lines(JsonNode log) {
    List<String> lines = new ArrayList<>();
    log.forEach(line -> lines.addAll(List.of(line.asText().split("\n", -1))));
    return lines;
  }

  private static RunOutcome error(int status, JsonNode error) {
    String message = error.path("message").asText();
    // Status and reason must fit together, so that a call that ran is never tried again.
    return switch (status + " " + error.path("reason").asText()) {
      case "429 busy", "503 draining", "503 starting", "503 not-initialized" ->
          new RunOutcome.NotStarted(message, InstanceHealth.REFUSES);
      case "422 bad-parameters" -> failed(Failure.BAD_PARAMETERS, message, error);
      case "400 bad-request", "411 bad-request", "413 bad-request", "431 bad-request" ->
          failed(Failure.BAD_REQUEST, message, error);
      case "503 failed" -> failed(Failure.NOT_READY, message, error);
      case "500 exception" ->
          failed(
              Failure.FUNCTION_ERROR,
              error.has("type") ? error.path("type").asText() + ": " + message : message,
              error);
      case "500 result-not-json" -> failed(Failure.FUNCTION_ERROR, message, error);
      case "500 driver-error" -> failed(Failure.UNREACHABLE, message, error);
      case "500 result-too-large" -> failed(Failure.TOO_LARGE, message, error);
      default -> unusable(status);
    };
  }

  private static RunOutcome failed(Failure failure, String message, JsonNode error) {
    JsonNode detail = error instanceof ObjectNode object ? object.without("message") : error;
    return over(new Reply.Failed(failure, message, detail));
  }

  private static RunOutcome over(Reply.Failed failed) {
    return new RunOutcome.Ended(failed, InstanceHealth.SERVES);
  }

  private static RunOutcome unusable(int status) {
    return InstanceFailures.unusable(
        "the instance answered status " + status + " in a form that is not a driver's");
  }
}
