package fob.deployer.marathon.app;

import fob.deployer.EndReason;
import fob.deployer.Ending;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.AppView.TaskFailure;
import fob.deployer.marathon.api.QueueEntry;
import fob.deployer.marathon.body.ReplyBody;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The reason why an app does not serve, for the function's user. It has no numbers that change, so
 * that statuses do not change with them.
 */
public final class StatusText {

  /** Exit codes from 129 on are those of signals. */
  private static final Pattern SIGNALLED = Pattern.compile("status (129|1[3-9][0-9])\\b|signal");

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
    return ending(failure).text();
  }

  /**
   * As {@link #end(TaskFailure)}, with the class for metrics. Marathon says by a state how a task
   * ended, but only in the words of Mesos or Docker why.
   */
  public static Ending ending(TaskFailure failure) {
    Ending cause = cause(failure.state(), failure.message().toLowerCase(Locale.ROOT));
    String words = failure.message().isBlank() ? "" : ": " + ReplyBody.shortened(failure.message());
    return new Ending(cause.reason(), "%s (%s%s)".formatted(cause.text(), failure.state(), words));
  }

  private static Ending cause(String state, String message) {
    if (message.contains("memory limit exceeded") || message.contains("out of memory")) {
      return new Ending(EndReason.OUT_OF_MEMORY, "it was over its memory, or killed");
    }
    if (message.contains("status 137")) {
      return new Ending(EndReason.SIGNAL, "it was over its memory, or killed");
    }
    if (message.contains("pull")
        || message.contains("manifest")
        || message.contains("no such image")
        || message.contains("repository does not exist")) {
      return Ending.notStarted(
          "its image cannot be had; check the name of the image and FOB_IMAGE_PREFIX");
    }
    if (message.contains("health check") || message.contains("unhealthy")) {
      return new Ending(EndReason.UNHEALTHY, "its health check failed, so it was killed");
    }
    if (message.contains("fetch")) {
      return Ending.notStarted("a file that it needs could not be fetched");
    }
    return new Ending(ofState(state, message), "it crashed");
  }

  /** The class of an end of which Marathon does not say more than the state and an exit code. */
  private static EndReason ofState(String state, String message) {
    return switch (state) {
      case "TASK_FAILED" -> SIGNALLED.matcher(message).find() ? EndReason.SIGNAL : EndReason.EXIT;
      // Marathon keeps a killed task as a failure only if it was not healthy.
      case "TASK_KILLED" -> EndReason.UNHEALTHY;
      case "TASK_ERROR" -> EndReason.NOT_STARTED;
      default -> EndReason.OTHER; // such as TASK_LOST and TASK_GONE: the agent is at fault
    };
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
