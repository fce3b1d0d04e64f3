package fob.deployer.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.FunctionId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An app as one reply of Marathon showed it. Immutable.
 *
 * @param owner the owner label; empty if there is none
 * @param function the function label
 * @param spec the hash label of the spec that the app was made from
 * @param since the oldest version with the present spec; later versions may only have changed the
 *     number of instances
 * @param checked whether the app has a health check
 * @param deployments the deployments that change the app
 * @param counts numbers that change when the tasks do, so that a list without tasks shows it
 * @param complete whether the reply had the tasks
 * @param tasks the tasks; empty unless {@code complete}
 * @param asked the number of the request; of two views, that with the higher number is newer
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
   * The latest failure of a task; it may be from an earlier version.
   *
   * @param message the message of Mesos
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

  /** Whether a newer view from a list shows the same, as far as a list without tasks can tell. */
  public boolean looksLike(AppView listed) {
    return counts.equals(listed.counts)
        && deployments.equals(listed.deployments)
        && spec.equals(listed.spec)
        && instances == listed.instances;
  }

  /** Whether tasks of that version have the app's present spec. */
  boolean isCurrent(String version) {
    try {
      return !Instant.parse(version).isBefore(Instant.parse(since));
    } catch (DateTimeParseException unusual) {
      return version.equals(since);
    }
  }

  /** The latest failure of a task with the present spec. */
  public Optional<TaskFailure> currentFailure() {
    return Optional.ofNullable(lastFailure).filter(failure -> isCurrent(failure.version()));
  }
}
