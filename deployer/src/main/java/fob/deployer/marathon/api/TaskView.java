package fob.deployer.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.Instance;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * A task as one reply of Marathon showed it. Immutable.
 *
 * @param version the app's version that it was launched from
 * @param instance its address, if it runs and has a port
 * @param healthFailure why its latest health check failed, if Marathon says so
 */
public record TaskView(
    String id,
    String state,
    String host,
    String version,
    Optional<Instance> instance,
    Health health,
    Optional<String> healthFailure) {

  public enum Health {
    ALIVE,
    NOT_ALIVE,
    /** There is no result yet: the task starts, or Marathon's leader is new. */
    UNKNOWN
  }

  static TaskView of(JsonNode task) {
    String id = task.path("id").asText();
    String state = task.path("state").asText("TASK_STAGING");
    String host = task.path("host").asText();
    return new TaskView(
        id,
        state,
        host,
        task.path("version").asText(),
        // Unreachable and dying tasks also have a host and ports.
        "TASK_RUNNING".equals(state)
            ? instance(id, host, task.path("ports").path(0).asInt())
            : Optional.empty(),
        health(task.path("healthCheckResults")),
        task.path("healthCheckResults")
            .valueStream()
            .map(result -> result.path("lastFailureCause").asText())
            .filter(cause -> !cause.isBlank())
            .findFirst());
  }

  private static Optional<Instance> instance(String id, String host, int port) {
    if (host.isBlank() || port <= 0) {
      return Optional.empty();
    }
    try {
      // This constructor puts an IPv6 address in brackets.
      return Optional.of(new Instance(id, new URI("http", null, host, port, null, null, null)));
    } catch (URISyntaxException notAHost) {
      return Optional.empty();
    }
  }

  private static Health health(JsonNode results) {
    if (results.isEmpty()) {
      return Health.UNKNOWN;
    }
    return results.valueStream().allMatch(result -> result.path("alive").asBoolean())
        ? Health.ALIVE
        : Health.NOT_ALIVE;
  }
}
