package fob.deployer.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.FunctionId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An app as Marathon showed it once.
 *
 * @param owner which fob's it is, by its label; empty for a stranger's
 * @param function whose it is, by its label
 * @param spec the hash of the spec that it was made from
 * @param since the version from which on its tasks have the present spec: a later version may only
 *     have changed the number of instances
 * @param checked whether it has a health check
 * @param deployments that are changing it
 * @param counts what changes when its tasks do, so that those need not be asked for each time
 * @param tasks empty where they were not asked for, which {@code complete} tells
 * @param asked the number of the question that this answers; of two views the higher is newer
 */
public record AppView(
    String id,
    String owner,
    Optional<FunctionId> function,
    String spec,
    String since,
    int instances,
    boolean checked,
    List<String> deployments,
    String counts,
    boolean complete,
    List<TaskView> tasks,
    @Nullable TaskFailure lastFailure,
    long asked) {

  /**
   * The latest end of a task, which stays over versions.
   *
   * @param message what Mesos says of it
   */
  public record TaskFailure(String state, String message, String host, String version, String at) {}

  public static AppView of(JsonNode app, boolean complete, long asked) {
    JsonNode labels = app.path("labels");
    String version = app.path("version").asText();
    return new AppView(
        app.path("id").asText(),
        labels.path(AppLabels.OWNER).asText(),
        FunctionId.parse(labels.path(AppLabels.FUNCTION).asText()),
        labels.path(AppLabels.SPEC).asText(),
        app.path("versionInfo").path("lastConfigChangeAt").asText(version),
        app.path("instances").asInt(1),
        !app.path("healthChecks").isEmpty(),
        app.path("deployments").valueStream().map(plan -> plan.path("id").asText()).toList(),
        counts(app, version),
        complete,
        complete ? app.path("tasks").valueStream().map(TaskView::of).toList() : List.of(),
        failure(app.path("lastTaskFailure")),
        asked);
  }

  private static String counts(JsonNode app, String version) {
    return String.join(
        " ",
        version,
        app.path("tasksStaged").asText(),
        app.path("tasksRunning").asText(),
        app.path("tasksHealthy").asText(),
        app.path("tasksUnhealthy").asText(),
        app.path("lastTaskFailure").path("timestamp").asText());
  }

  private static @Nullable TaskFailure failure(JsonNode failure) {
    return failure.isObject()
        ? new TaskFailure(
            failure.path("state").asText(),
            failure.path("message").asText(),
            failure.path("host").asText(),
            failure.path("version").asText(),
            failure.path("timestamp").asText())
        : null;
  }

  /** Whether the list's newer view of the app shows the same, as far as a list tells. */
  public boolean looksLike(AppView listed) {
    return counts.equals(listed.counts)
        && deployments.equals(listed.deployments)
        && spec.equals(listed.spec)
        && instances == listed.instances;
  }

  /** Whether what has that version has the app's present spec. */
  boolean isCurrent(String version) {
    try {
      return !Instant.parse(version).isBefore(Instant.parse(since));
    } catch (DateTimeParseException unusual) {
      return version.equals(since);
    }
  }

  /** The latest end of a task of the present spec. */
  public Optional<TaskFailure> currentFailure() {
    return Optional.ofNullable(lastFailure).filter(failure -> isCurrent(failure.version()));
  }
}
