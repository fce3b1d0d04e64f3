package fob.deployer.marathon;

import fob.deployer.marathon.MarathonHttp.Answer;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** Tells Marathon's error answers apart. The same status means several things; the body decides. */
final class Refusals {

  private Refusals() {}

  static Write outcome(Answer answer) {
    String message = Bodies.message(answer.body());
    return switch (answer.status()) {
      case 200, 201, 202, 204 -> new Write.Accepted(deployment(answer));
      case 401 -> new Write.Refused(denied(answer));
      case 403 ->
          message.contains("Max number") ? new Write.Full() : new Write.Refused(denied(answer));
      case 404 -> new Write.Absent();
      case 409 ->
          !answer.body().has("deployments")
                  && message.toLowerCase(Locale.ROOT).contains("already exists")
              ? new Write.Exists()
              : new Write.Locked();
      case 408, 425, 429, 500, 502, 503, 504 -> new Write.Unclear(words(answer));
      default -> new Write.Refused(words(answer));
    };
  }

  private static String deployment(Answer answer) {
    return Optional.ofNullable(answer.body().path("deploymentId").textValue())
        .or(answer::deployment)
        .orElse("");
  }

  static String denied(Answer answer) {
    return answer.status() == 401
        ? "Marathon does not accept fob's credentials (401%s); check FOB_MARATHON_USER and FOB_MARATHON_PASSWORD, or FOB_DCOS_SERVICE_ACCOUNT"
            .formatted(Bodies.said(answer.body()))
        : "Marathon does not allow fob's account to do this (403%s); give it the full permission on FOB_MARATHON_GROUP"
            .formatted(Bodies.said(answer.body()));
  }

  static String words(Answer answer) {
    return "Marathon answered " + answer.status() + Bodies.said(answer.body());
  }

  static String unreachable(IOException e) {
    String message = e.getMessage();
    return "Marathon cannot be reached: "
        + Bodies.shortened(message == null ? e.getClass().getSimpleName() : message);
  }
}
