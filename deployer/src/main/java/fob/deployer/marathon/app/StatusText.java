package fob.deployer.marathon.app;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.AppView.TaskFailure;
import fob.deployer.marathon.api.QueueEntry;
import fob.deployer.marathon.body.ReplyBody;
import java.util.Locale;
import java.util.Optional;

/**
 * The reason why an app does not serve, for the function's user. It has no numbers that change, so
 * that statuses do not change with them.
 */
public final class StatusText {

  private StatusText() {}

  /** The reason, from Marathon's view of the app and its entry in the launch queue. */
  public static String of(AppView app, Optional<QueueEntry> queue) {
    return app.currentFailure()
        .map(failure -> ended(failure, queue))
        .or(() -> unhealthy(app))
        .or(() -> queue.map(StatusText::waiting))
        .or(() -> staging(app))
        .orElse("Marathon has not started an instance yet");
  }

  private static String ended(TaskFailure failure, Optional<QueueEntry> queue) {
    String again =
        queue.filter(entry -> entry.delaySeconds() > 0).isPresent()
            ? "; Marathon waits before it starts the next one"
            : "";
    return "an instance on %s ended: %s%s".formatted(failure.host(), end(failure), again);
  }

  /** How a task ended: what that means, and Marathon's words. */
  public static String end(TaskFailure failure) {
    return "%s (%s%s)"
        .formatted(
            ended(failure.message().toLowerCase(Locale.ROOT)),
            failure.state(),
            failure.message().isBlank() ? "" : ": " + ReplyBody.shortened(failure.message()));
  }

  private static String ended(String message) {
    if (message.contains("memory limit exceeded")
        || message.contains("out of memory")
        || message.contains("status 137")) {
      return "it was over its memory, or killed";
    }
    if (message.contains("pull")
        || message.contains("manifest")
        || message.contains("no such image")
        || message.contains("repository does not exist")) {
      return "its image cannot be had; check the name of the image and FOB_IMAGE_PREFIX";
    }
    if (message.contains("health check") || message.contains("unhealthy")) {
      return "its health check failed, so it was killed";
    }
    if (message.contains("fetch")) {
      return "a file that it needs could not be fetched";
    }
    return "it crashed";
  }

  private static Optional<String> unhealthy(AppView app) {
    return app.tasks().stream()
        .filter(task -> task.instance().isPresent())
        .findFirst()
        .map(task ->
            task.healthFailure()
                .map(cause ->
                    "an instance runs on %s, but its health check fails: %s"
                        .formatted(task.host(), ReplyBody.shortened(cause)))
                .orElse("an instance runs on %s and is not healthy yet".formatted(task.host())));
  }

  private static String waiting(QueueEntry entry) {
    if (entry.delaySeconds() > 0) {
      return "Marathon waits after a failed start before it starts the next one";
    }
    if (entry.offers() == 0) {
      return "Mesos offers Marathon no resources at all: all are in use, a quota is used up, or no"
          + " agent is there";
    }
    return entry
        .mismatch()
        .map(StatusText::mismatch)
        .orElse("Marathon waits for an offer that fits");
  }

  private static String mismatch(String reason) {
    return switch (reason) {
      case "InsufficientCpus" -> "no agent of the cluster has enough CPU free";
      case "InsufficientMemory" -> "no agent of the cluster has enough memory free";
      case "InsufficientDisk" -> "no agent of the cluster has enough disk free";
      case "InsufficientGpus" -> "no agent of the cluster has enough GPUs free";
      case "InsufficientPorts" -> "no agent of the cluster has a port free";
      case "UnfulfilledRole" ->
          "no agent offers resources of the roles that are accepted; check FOB_MARATHON_ROLES";
      case "UnfulfilledConstraint" -> "no agent fulfils the constraints of the driver's app spec";
      case "NoCorrespondingReservationFound" -> "there is no reservation that fits";
      case "AgentMaintenance" -> "the agents that would fit are under maintenance";
      case "DeclinedScarceResources" -> "only agents with scarce resources (GPUs) are free";
      default -> "no offer fits: " + ReplyBody.shortened(reason);
    };
  }

  private static Optional<String> staging(AppView app) {
    return app.tasks().stream()
        .findFirst()
        .map(task ->
            "an instance is being started on %s; its image may have to be pulled there first"
                .formatted(task.host()));
  }
}
