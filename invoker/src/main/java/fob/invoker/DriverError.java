package fob.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.Json;
import fob.call.Failure;
import fob.call.Reply;

/** Reads what a driver says when it does not answer 200: see the driver contract. */
final class DriverError {

  private DriverError() {}

  static Outcome outcome(int status, byte[] body) {
    JsonNode error;
    try {
      error = Json.parse(body).path("error");
    } catch (IllegalArgumentException notJson) {
      return unusable(status);
    }
    String message = error.path("message").asText();
    return switch (error.path("reason").asText()) {
      case "busy", "draining", "starting", "not-initialized" -> new Outcome.NotStarted(message);
      case "bad-parameters" -> failed(Failure.BAD_PARAMETERS, message, error);
      case "bad-request" -> failed(Failure.BAD_REQUEST, message, error);
      case "failed" -> failed(Failure.NOT_READY, message, error);
      case "exception" ->
          failed(
              Failure.FUNCTION_ERROR,
              error.has("type") ? error.path("type").asText() + ": " + message : message,
              error);
      case "result-not-json" -> failed(Failure.FUNCTION_ERROR, message, error);
      case "driver-error" -> failed(Failure.UNREACHABLE, message, error);
      case "result-too-large" -> failed(Failure.TOO_LARGE, message, error);
      default -> unusable(status);
    };
  }

  private static Outcome failed(Failure failure, String message, JsonNode error) {
    JsonNode detail = error;
    if (error instanceof ObjectNode object) {
      detail = object.without("message");
    }
    return new Outcome.Over(new Reply.Failed(failure, message, detail));
  }

  private static Outcome unusable(int status) {
    return new Outcome.Over(
        Reply.failed(
            Failure.UNREACHABLE,
            "the function's driver answered status "
                + status
                + " in a form that is not a driver's"));
  }
}
