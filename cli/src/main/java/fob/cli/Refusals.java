package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Tells what a gateway's refusal means for the user. */
final class Refusals {

  private Refusals() {}

  static CommandFailure of(Reply reply) {
    return new CommandFailure(exitCode(reply), message(reply));
  }

  static CommandFailure noGateway(Target target) {
    return new CommandFailure(
        ExitCodes.UNAVAILABLE,
        "%s answers with a web page, so it is no gateway; name another with --url, FOB_URL or fob use"
            .formatted(target.url()));
  }

  /** The exit code of a reply that is no success. */
  static int exitCode(Reply reply) {
    return switch (reply.status()) {
      case 401, 403 -> ExitCodes.NOT_ALLOWED;
      case 404, 410 -> ExitCodes.NOT_FOUND;
      case 502, 503 -> ExitCodes.UNAVAILABLE;
      case 504 -> ExitCodes.TIMED_OUT;
      default -> reply.status() >= 500 ? ExitCodes.FAILED : ExitCodes.REFUSED;
    };
  }

  /** The gateway's own words, with the user's lines of code if it has them. */
  static String message(Reply reply) {
    JsonNode problem = reply.json();
    if (!problem.path("reason").isTextual()) {
      return reply.status() == 404
          ? "the gateway does not know this request: its version is older than this fob's, or the address is no gateway's"
          : "the gateway answered %d without a reason; is the address a gateway's?"
              .formatted(reply.status());
    }
    StringBuilder message = new StringBuilder(problem.path("detail").asText());
    lines(message, problem.path("error").path("stack"));
    lines(message, problem.path("stack"));
    return message.toString();
  }

  /** Adds lines of a stack. */
  static void lines(StringBuilder message, JsonNode stack) {
    stack.forEach(line -> message.append(System.lineSeparator()).append(line.asText()));
  }
}
