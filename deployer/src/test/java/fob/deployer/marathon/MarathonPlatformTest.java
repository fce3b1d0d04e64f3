package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.fakemarathon.Faults;
import fob.fakemarathon.Script;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Ready;
import fob.function.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The life of a function's app, as Marathon's twin shows it. */
class MarathonPlatformTest {

  @Test
  void aFunctionGetsReadyWhereItsTaskServes() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec(new Limits(Duration.ofSeconds(30), 8, 128, 2, false));
      var platform = twin.platform();

      // When
      platform.retain(Set.of());
      platform.deploy(spec, Twin.CODE);

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.awaitReady(spec).instances()).hasSize(2));
      Ready ready = twin.awaitReady(spec);
      var tasks = twin.app(spec).orElseThrow().path("tasks");
      assertThat(ready.instances())
          .allSatisfy(instance ->
              assertThat(tasks.valueStream())
                  .anySatisfy(task -> {
                    assertThat(instance.id()).isEqualTo(task.path("id").asText());
                    assertThat(instance.address().toString())
                        .isEqualTo("http://127.0.0.1:" + task.path("ports").path(0).asInt());
                  }));
      assertThat(twin.writes()).isEqualTo(1);
    }
  }

  @Test
  void aDeployerThatTakesOverWritesNothingAndAsksOnce() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      List<FunctionSpec> specs = new ArrayList<>();
      var first = twin.platform();
      for (int i = 0; i < 30; i++) {
        FunctionSpec spec = Twin.spec();
        specs.add(spec);
        first.deploy(spec, Twin.CODE);
      }
      specs.forEach(twin::awaitReady);
      first.close();
      twin.told.clear();
      long writes = twin.writes();
      long looks = twin.requests("GET /v2/apps/{id}");

      // When
      var second = twin.platform();
      second.retain(ids(specs));
      specs.forEach(spec -> second.deploy(spec, Twin.CODE));

      // Then
      specs.forEach(twin::awaitReady);
      assertThat(twin.told.values()).allSatisfy(all -> assertThat(all).hasSize(1));
      assertThat(twin.writes()).isEqualTo(writes);
      assertThat(twin.requests("GET /v2/apps/{id}")).isEqualTo(looks);
    }
  }

  private static Set<FunctionId> ids(List<FunctionSpec> specs) {
    Set<FunctionId> ids = new HashSet<>();
    specs.forEach(spec -> ids.add(spec.id()));
    return ids;
  }

  @Test
  void anAppWithOtherSettingsIsUpdatedAndServesMeanwhile() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var first = twin.platform();
      first.deploy(spec, Twin.CODE);
      String instance = twin.awaitReady(spec).instances().getFirst().id();
      first.close();
      twin.told.clear();

      // When
      var second = twin.platform(Twin.withImagePrefix(twin.config(), "registry.example/"));
      second.deploy(spec, Twin.CODE);

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(twin.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(instance));
      assertThat(twin.told(spec)).allMatch(Ready.class::isInstance);
      assertThat(twin.app(spec).orElseThrow().at("/container/docker/image").asText())
          .isEqualTo("registry.example/fob-driver-python:latest");
    }
  }

  @Test
  void aRemovedFunctionsAppIsDeletedAndToldNothingOf() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      twin.awaitReady(spec);
      int told = twin.told(spec).size();

      // When
      platform.remove(spec.id());

      // Then
      twin.awaitGone(spec);
      assertThat(twin.told(spec)).hasSize(told);
    }
  }

  @Test
  void reportedTaskIsKilledAndAnotherTakesItsPlace() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      String task = twin.awaitReady(spec).instances().getFirst().id();

      // When: some reports of one task, and one of a task that is not known
      platform.replace(spec.id(), "nobody's", "it answered for another call");
      platform.replace(spec.id(), task, "it answered for another call");
      platform.replace(spec.id(), task, "it answered for another call");

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(twin.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(task));
      assertThat(twin.requests("DELETE /v2/apps/{id}/tasks/{item}")).isEqualTo(1);
    }
  }

  @Test
  void anAppOfAnEarlierDeployerIsRemovedToo() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var first = twin.platform();
      first.deploy(spec, Twin.CODE);
      twin.awaitReady(spec);
      first.close();

      // When
      twin.platform().remove(spec.id());

      // Then
      twin.awaitGone(spec);
    }
  }

  @Test
  void releaseLeavesAppsRunningAndTellsNoMore() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      twin.awaitReady(spec);
      int told = twin.told(spec).size();

      // When
      platform.release();
      twin.tasks.end(Twin.appId(spec), "TASK_FAILED", "crashed");

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(twin.app(spec).orElseThrow().path("tasksHealthy").asInt()).isEqualTo(1));
      assertThat(twin.told(spec)).hasSize(told);
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.marathon.eventStreams()).isZero());

      // And it can become active again.
      platform.retain(Set.of(spec.id()));
      platform.deploy(spec, Twin.CODE);
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.told(spec)).hasSizeGreaterThan(told));
      twin.awaitReady(spec);
    }
  }

  @Test
  void aDeadTaskIsMissedAndItsSuccessorIsFound() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      String instance = twin.awaitReady(spec).instances().getFirst().id();

      // When
      twin.tasks.end(Twin.appId(spec), "TASK_FAILED", "Container exited with status 3");

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(twin.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(instance));
    }
  }

  @Test
  void anUnhealthyInstanceIsNotUsedAndTheStatusSaysWhy() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      twin.awaitReady(spec);

      // When
      twin.tasks.health(Twin.appId(spec), false, "503 Service Unavailable");

      // Then
      twin.awaitNote(spec, "503 Service Unavailable");
      twin.tasks.health(Twin.appId(spec), true, "");
      twin.awaitReady(spec);
    }
  }

  @Test
  void aNewLeaderThatKnowsNoHealthTakesNothingDown() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      twin.awaitReady(spec);
      int told = twin.told(spec).size();
      long lists = twin.requests("GET /v2/groups/{id}");

      // When
      twin.marathon.switchLeader();
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(
              () -> assertThat(twin.requests("GET /v2/groups/{id}")).isGreaterThan(lists + 3));
      twin.marathon.restoreHealth();
      twin.tasks.health(Twin.appId(spec), true, "");

      // Then
      assertThat(twin.told(spec)).hasSize(told);
    }
  }

  @Test
  void lostEventsAreMadeUpForByLists() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      twin.marathon.eventFaults().drop(type -> true);
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      String instance = twin.awaitReady(spec).instances().getFirst().id();

      // When
      twin.tasks.end(Twin.appId(spec), "TASK_KILLED", "");

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(twin.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(instance));
    }
  }

  @Test
  void withoutEventsListsDo() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      twin.marathon.faults().answer("GET /v2/events.*", 405, Faults.ALWAYS);
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      String instance = twin.awaitReady(spec).instances().getFirst().id();

      // When
      twin.tasks.end(Twin.appId(spec), "TASK_FAILED", "gone");

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(twin.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(instance));
      assertThat(twin.marathon.eventStreams()).isZero();
    }
  }

  @Test
  void anAppThatSomebodyDeletedIsMadeAgain() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();
      platform.deploy(spec, Twin.CODE);
      String instance = twin.awaitReady(spec).instances().getFirst().id();

      // When
      assertThat(twin.request("DELETE", "/v2/apps" + Twin.appId(spec), "").statusCode())
          .isEqualTo(200);

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(twin.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(instance));
    }
  }

  @Test
  void appsOfNobodyAreKeptByDefault() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec unwanted = Twin.spec();
      FunctionSpec wanted = Twin.spec();
      var first = twin.platform();
      first.deploy(unwanted, Twin.CODE);
      first.deploy(wanted, Twin.CODE);
      twin.awaitReady(unwanted);
      twin.awaitReady(wanted);
      first.close();
      twin.told.clear();
      long writes = twin.writes();

      // When
      var second = twin.platform();
      second.retain(Set.of(wanted.id()));
      second.deploy(wanted, Twin.CODE);

      // Then
      twin.awaitReady(wanted);
      assertThat(twin.app(unwanted)).isPresent();
      assertThat(twin.writes()).isEqualTo(writes);
    }
  }

  @Test
  void appsOfNobodyAreDeletedWhereThatIsAllowedAndStrangersNever() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec unwanted = Twin.spec();
      var first = twin.platform();
      first.deploy(unwanted, Twin.CODE);
      twin.awaitReady(unwanted);
      first.close();
      FunctionSpec strangers = Twin.spec();
      twin.foreignApp(Twin.appId(strangers));
      twin.foreignApp("/fob/fn/something");

      // When
      twin.platform(Twin.deletingOrphans(twin.config())).retain(Set.of());

      // Then
      twin.awaitGone(unwanted);
      assertThat(twin.app(strangers)).isPresent();
      assertThat(twin.get("/v2/apps/fob/fn/something").path("app").path("cmd").asText())
          .isEqualTo("sleep 1000");
      assertThat(twin.requests("DELETE /v2/apps/{id}")).isEqualTo(1);
    }
  }

  @Test
  void aStrangersAppInTheWayIsSaidAndLeftAlone() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      twin.foreignApp(Twin.appId(spec));
      long writes = twin.writes();
      var platform = twin.platform();

      // When
      platform.deploy(spec, Twin.CODE);

      // Then
      assertThat(twin.awaitFailed(spec)).contains(Twin.appId(spec), "FOB_MARATHON_GROUP");
      platform.remove(spec.id());
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.requests("GET /v2/apps/{id}")).isPositive());
      assertThat(twin.writes()).isEqualTo(writes);
    }
  }

  @Test
  void aFunctionOfSeveralInstancesIsReadyWithOne() throws Exception {
    try (Twin twin = new Twin(options -> options.timeScale(1))) {
      // Given: two of three fail, and Marathon waits 2 s before it starts the next ones
      FunctionSpec spec = Twin.spec(new Limits(Duration.ofSeconds(30), 8, 128, 3, false));
      twin.tasks.script(Twin.appId(spec), Script.failing(2, "TASK_FAILED", "bad luck"));

      // When
      twin.platform().deploy(spec, Twin.CODE);

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.awaitReady(spec).instances()).hasSize(3));
      FunctionStatus firstReady =
          twin.told(spec).stream().filter(Ready.class::isInstance).findFirst().orElseThrow();
      assertThat(((Ready) firstReady).instances()).hasSizeLessThan(3);
    }
  }
}
