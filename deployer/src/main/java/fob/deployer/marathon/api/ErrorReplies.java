package fob.deployer.marathon.api;

import fob.deployer.marathon.api.MarathonHttp.Answer;
import fob.deployer.marathon.body.ReplyBody;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** Classifies Marathon's error replies. One status may have several meanings; the body decides. */
public final class ErrorReplies {

  private ErrorReplies() {}

  static WriteResult outcome(Answer answer) {
    String message = ReplyBody.message(answer.body());
    return switch (answer.status()) {
      case 200, 201, 202, 204 -> new WriteResult.Accepted(deployment(answer));
      case 401 -> new WriteResult.Refused(denied(answer));
      case 403 ->
          message.contains("Max number")
              ? new WriteResult.Full()
              : new WriteResult.Refused(denied(answer));
      case 404 -> new WriteResult.Absent();
      case 409 ->
          !answer.body().has("deployments")
                  && message.toLowerCase(Locale.ROOT).contains("already exists")
              ? new WriteResult.Exists()
              : new WriteResult.Locked();
      case 408, 425, 429, 500, 502, 503, 504 -> new WriteResult.Unclear(words(answer));
      default -> new WriteResult.Refused(words(answer));
    };
  }

  private static String deployment(Answer answer) {
    return Optional.ofNullable(answer.body().path("deploymentId").textValue())
        .or(answer::deployment)
        .orElse("");
  }

  public static String denied(Answer answer) {
    return answer.status() == 401
        ? "Marathon does not accept fob's credentials (401%s); check FOB_MARATHON_USER and FOB_MARATHON_PASSWORD, or FOB_DCOS_SERVICE_ACCOUNT"
            .formatted(ReplyBody.said(answer.body()))
        : "Marathon does not allow fob's account to do this (403%s); give it the full permission on FOB_MARATHON_GROUP"
            .formatted(ReplyBody.said(answer.body()));
  }

  public static String words(Answer answer) {
    return "Marathon answered " + answer.status() + ReplyBody.said(answer.body());
  }

  public static String unreachable(IOException e) {
    String message = e.getMessage();
    return "Marathon cannot be reached: "
        + ReplyBody.shortened(message == null ? e.getClass().getSimpleName() : message);
  }
}
