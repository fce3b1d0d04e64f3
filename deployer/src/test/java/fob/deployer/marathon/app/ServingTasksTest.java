package fob.deployer.marathon.app;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Json;
import fob.deployer.marathon.api.AppView;
import fob.function.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServingTasksTest {

  private static final Instant START = Instant.EPOCH;
  private static final Duration HOLD = Duration.ofSeconds(60);
  private static final String ALIVE = "[{\"alive\":true}]";
  private static final String DEAD = "[{\"alive\":false}]";
  private static final String MISSING = "[]";

  private final ServingTasks readiness = new ServingTasks(HOLD);

  private static String task(String id, String state, String version, String health) {
    return "{\"id\":\"%s\",\"state\":\"%s\",\"host\":\"h\",\"ports\":[1],\"version\":\"%s\",\"healthCheckResults\":%s}"
        .formatted(id, state, version, health);
  }

  private static AppView app(String deployments, String... tasks) {
    String json =
        """
        {"id":"/a","instances":2,"version":"2026-01-01T00:00:00.000Z","healthChecks":[{}],
         "versionInfo":{"lastConfigChangeAt":"2026-01-01T00:00:00.000Z"},
         "deployments":%s,"tasks":[%s]}\
        """
            .formatted(deployments, String.join(",", tasks));
    return AppView.of(Json.parse(json.getBytes(StandardCharsets.UTF_8)), true, 1);
  }

  private static String running(String id, String health) {
    return task(id, "TASK_RUNNING", "2026-01-01T00:00:00.000Z", health);
  }

  private List<String> serving(AppView app, Duration after) {
    return readiness.look(app, START.plus(after)).instances().stream().map(Instance::id).toList();
  }

  @Test
  void onlyWhatRunsAndIsAliveServes() {
    AppView app =
        app(
            "[{\"id\":\"d\"}]",
            running("alive", ALIVE),
            running("dead", DEAD),
            running("half", "[{\"alive\":true},{\"alive\":false}]"),
            running("starting", MISSING),
            task("staging", "TASK_STAGING", "v", ALIVE),
            task("unreachable", "TASK_UNREACHABLE", "v", ALIVE),
            task("killing", "TASK_KILLING", "v", ALIVE));
    assertThat(serving(app, Duration.ZERO)).containsExactly("alive");
  }

  @Test
  void aMissingResultMeansAsItWasForAWhile() {
    // Given
    AppView before = app("[]", running("a", ALIVE), running("b", DEAD));
    AppView after = app("[]", running("a", MISSING), running("b", MISSING));
    Duration later = Duration.ofHours(1);

    // Then
    assertThat(serving(before, Duration.ZERO)).containsExactly("a");
    assertThat(serving(after, later)).containsExactly("a");
    assertThat(readiness.look(after, START.plus(later)).until())
        .contains(START.plus(later).plus(HOLD));
    assertThat(serving(after, later.plus(HOLD).minusMillis(1))).containsExactly("a");
    assertThat(serving(after, later.plus(HOLD))).isEmpty();
    assertThat(serving(after, later.plus(HOLD).plus(HOLD))).isEmpty();
  }

  @Test
  void whatRunsAfterADeploymentWasHealthyThoughANewDeployerNeverSawIt() {
    AppView app = app("[]", running("a", MISSING));
    assertThat(serving(app, Duration.ZERO)).containsExactly("a");
  }

  @Test
  void aTaskThatComesLaterMustShowItsHealthFirst() {
    // Given
    AppView empty = app("[]");
    AppView started = app("[]", running("a", MISSING));

    // Then
    assertThat(serving(empty, Duration.ZERO)).isEmpty();
    assertThat(serving(started, Duration.ofSeconds(1))).isEmpty();
  }

  @Test
  void tasksOfAnOlderSpecServeUntilTheyEnd() {
    String old = task("old", "TASK_RUNNING", "2025-12-31T00:00:00.000Z", ALIVE);
    assertThat(serving(app("[{\"id\":\"d\"}]", old, running("new", DEAD)), Duration.ZERO))
        .containsExactly("old");
  }
}
