package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.EndReason;
import fob.deployer.Ending;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a function's app, as Marathon's fixture shows it. */
class MarathonPlatformTest {

  @Test
  void aFunctionGetsReadyWhereItsTaskServes() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec =
          MarathonFixture.spec(new Limits(Duration.ofSeconds(30), 8, 128, 2, false));
      var platform = fixture.platform();

      // When
      platform.retain(Set.of());
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.awaitReady(spec).instances()).hasSize(2));
      Ready ready = fixture.awaitReady(spec);
      var tasks = fixture.app(spec).orElseThrow().path("tasks");
      assertThat(ready.instances())
          .allSatisfy(instance ->
              assertThat(tasks.valueStream())
                  .anySatisfy(task -> {
                    assertThat(instance.id()).isEqualTo(task.path("id").asText());
                    assertThat(instance.address().toString())
                        .isEqualTo("http://127.0.0.1:" + task.path("ports").path(0).asInt());
                  }));
      assertThat(fixture.writes()).isEqualTo(1);
    }
  }

  @Test
  void aDeployerThatTakesOverWritesNothingAndAsksOnce() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      List<FunctionSpec> specs = new ArrayList<>();
      var first = fixture.platform();
      for (int i = 0; i < 30; i++) {
        FunctionSpec spec = MarathonFixture.spec();
        specs.add(spec);
        first.deploy(spec, MarathonFixture.CODE);
      }
      specs.forEach(fixture::awaitReady);
      first.close();
      fixture.told.clear();
      long writes = fixture.writes();
      long looks = fixture.requests("GET /v2/apps/{id}");

      // When
      var second = fixture.platform();
      second.retain(ids(specs));
      specs.forEach(spec -> second.deploy(spec, MarathonFixture.CODE));

      // Then
      specs.forEach(fixture::awaitReady);
      assertThat(fixture.told.values()).allSatisfy(all -> assertThat(all).hasSize(1));
      assertThat(fixture.writes()).isEqualTo(writes);
      assertThat(fixture.requests("GET /v2/apps/{id}")).isEqualTo(looks);
    }
  }

  private static Set<FunctionId> ids(List<FunctionSpec> specs) {
    Set<FunctionId> ids = new HashSet<>();
    specs.forEach(spec -> ids.add(spec.id()));
    return ids;
  }

  @Test
  void anAppWithOtherSettingsIsUpdatedAndServesMeanwhile() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var first = fixture.platform();
      first.deploy(spec, MarathonFixture.CODE);
      String instance = fixture.awaitReady(spec).instances().getFirst().id();
      first.close();
      fixture.told.clear();

      // When
      var second =
          fixture.platform(MarathonFixture.withImagePrefix(fixture.config(), "registry.example/"));
      second.deploy(spec, MarathonFixture.CODE);

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.awaitReady(spec).instances().getFirst().id())
                  .isNotEqualTo(instance));
      assertThat(fixture.told(spec)).allMatch(Ready.class::isInstance);
      assertThat(fixture.app(spec).orElseThrow().at("/container/docker/image").asText())
          .isEqualTo("registry.example/fob-driver-python:latest");
    }
  }

  @Test
  void aRemovedFunctionsAppIsDeletedAndToldNothingOf() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);
      int told = fixture.told(spec).size();

      // When
      platform.remove(spec.id());

      // Then
      fixture.awaitGone(spec);
      assertThat(fixture.told(spec)).hasSize(told);
    }
  }

  @Test
  void reportedTaskIsKilledAndAnotherTakesItsPlace() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      String task = fixture.awaitReady(spec).instances().getFirst().id();

      // When: some reports of one task, and one of a task that is not known
      platform.replace(spec.id(), "nobody's", "it answered for another call");
      platform.replace(spec.id(), task, "it answered for another call");
      platform.replace(spec.id(), task, "it answered for another call");

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(task));
      assertThat(fixture.requests("DELETE /v2/apps/{id}/tasks/{item}")).isEqualTo(1);
    }
  }

  @Test
  void anAppOfAnEarlierDeployerIsRemovedToo() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var first = fixture.platform();
      first.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);
      first.close();

      // When
      fixture.platform().remove(spec.id());

      // Then
      fixture.awaitGone(spec);
    }
  }

  @Test
  void releaseLeavesAppsRunningAndTellsNoMore() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);
      int told = fixture.told(spec).size();

      // When
      platform.release();
      fixture.tasks.end(MarathonFixture.appId(spec), "TASK_FAILED", "crashed");

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.app(spec).orElseThrow().path("tasksHealthy").asInt())
                  .isEqualTo(1));
      assertThat(fixture.told(spec)).hasSize(told);
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.marathon.eventStreams()).isZero());

      // And it can become active again.
      platform.retain(Set.of(spec.id()));
      platform.deploy(spec, MarathonFixture.CODE);
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.told(spec)).hasSizeGreaterThan(told));
      fixture.awaitReady(spec);
    }
  }

  @Test
  void aDeadTaskIsMissedAndItsSuccessorIsFound() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      String instance = fixture.awaitReady(spec).instances().getFirst().id();

      // When
      fixture.tasks.end(
          MarathonFixture.appId(spec), "TASK_FAILED", "Container exited with status 3");

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.awaitReady(spec).instances().getFirst().id())
                  .isNotEqualTo(instance));
      assertThat(fixture.ends(spec))
          .singleElement()
          .satisfies(why -> {
            assertThat(why.reason()).isEqualTo(EndReason.EXIT);
            assertThat(why.text()).contains("crashed", "TASK_FAILED", "status 3");
          });
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TASK_FAILED | Memory limit exceeded: Requested: 128MB, used: 130MB | OUT_OF_MEMORY",
        "TASK_FAILED | Container exited with status 137                     | SIGNAL",
        "TASK_FAILED | Container exited with status 139                     | SIGNAL",
        "TASK_FAILED | Container exited with status 3                       | EXIT",
        "TASK_FAILED | Failed to launch container: no such image            | NOT_STARTED",
        "TASK_ERROR  | Task uses more resources than the offer has          | NOT_STARTED",
        "TASK_LOST   | Reconciliation: Task is unknown to the agent         | OTHER"
      })
  void anEndOfATaskIsToldOnceWithItsClass(String state, String message, EndReason expected)
      throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      fixture.platform().deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);

      // When
      fixture.tasks.end(MarathonFixture.appId(spec), state, message);

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.ends(spec)).isNotEmpty());
      fixture.awaitReady(spec);
      assertThat(fixture.ends(spec)).singleElement().extracting(Ending::reason).isEqualTo(expected);
    }
  }

  @Test
  void aTaskThatMarathonKillsBecauseOfItsHealthIsCountedAsUnhealthy() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      fixture.platform().deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);

      // When six checks in a row fail, as many as the driver's app allows
      for (int i = 0; i < 6; i++) {
        fixture.tasks.health(MarathonFixture.appId(spec), false, "503 Service Unavailable");
      }

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.ends(spec))
                  .extracting(Ending::reason)
                  .contains(EndReason.UNHEALTHY));
    }
  }

  @Test
  void endsThatAnEarlierDeployerHasSeenAreNotToldAgain() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      String instance = fixture.awaitReady(spec).instances().getFirst().id();
      fixture.tasks.end(MarathonFixture.appId(spec), "TASK_FAILED", "crashed");
      await()
          .atMost(MarathonFixture.PATIENCE)
          .until(() ->
              !fixture.awaitReady(spec).instances().getFirst().id().equals(instance)
                  && !fixture.ends(spec).isEmpty());
      int told = fixture.told(spec).size();

      // When
      platform.release();
      platform.retain(Set.of(spec.id()));
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.told(spec)).hasSizeGreaterThan(told));
      assertThat(fixture.ends(spec)).hasSize(1);
    }
  }

  @Test
  void anUnhealthyInstanceIsNotUsedAndTheStatusSaysWhy() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);

      // When
      fixture.tasks.health(MarathonFixture.appId(spec), false, "503 Service Unavailable");

      // Then
      fixture.awaitNote(spec, "503 Service Unavailable");
      fixture.tasks.health(MarathonFixture.appId(spec), true, "");
      fixture.awaitReady(spec);
    }
  }

  @Test
  void aNewLeaderThatKnowsNoHealthTakesNothingDown() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);
      int told = fixture.told(spec).size();
      long lists = fixture.requests("GET /v2/groups/{id}");

      // When
      fixture.marathon.switchLeader();
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(
              () -> assertThat(fixture.requests("GET /v2/groups/{id}")).isGreaterThan(lists + 3));
      fixture.marathon.restoreHealth();
      fixture.tasks.health(MarathonFixture.appId(spec), true, "");

      // Then
      assertThat(fixture.told(spec)).hasSize(told);
    }
  }

  @Test
  void lostEventsAreMadeUpForByLists() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      fixture.marathon.eventFaults().drop(type -> true);
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      String instance = fixture.awaitReady(spec).instances().getFirst().id();

      // When
      fixture.tasks.end(MarathonFixture.appId(spec), "TASK_KILLED", "");

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.awaitReady(spec).instances().getFirst().id())
                  .isNotEqualTo(instance));
    }
  }

  @Test
  void withoutEventsListsDo() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      fixture.marathon.faults().answer("GET /v2/events.*", 405, Faults.ALWAYS);
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      String instance = fixture.awaitReady(spec).instances().getFirst().id();

      // When
      fixture.tasks.end(MarathonFixture.appId(spec), "TASK_FAILED", "gone");

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.awaitReady(spec).instances().getFirst().id())
                  .isNotEqualTo(instance));
      assertThat(fixture.marathon.eventStreams()).isZero();
    }
  }

  @Test
  void anAppThatSomebodyDeletedIsMadeAgain() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.deploy(spec, MarathonFixture.CODE);
      String instance = fixture.awaitReady(spec).instances().getFirst().id();

      // When
      assertThat(
              fixture.request("DELETE", "/v2/apps" + MarathonFixture.appId(spec), "").statusCode())
          .isEqualTo(200);

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.awaitReady(spec).instances().getFirst().id())
                  .isNotEqualTo(instance));
    }
  }

  @Test
  void anAppThatIsStoppedIsDeletedAndMadeAgainWhenTheFunctionIsDeployedAgain() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.retain(Set.of());
      platform.deploy(spec, MarathonFixture.CODE);
      String before = fixture.awaitReady(spec).instances().getFirst().id();

      // When
      platform.stop(spec.id());
      fixture.awaitGone(spec);
      fixture.told.clear();
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      assertThat(fixture.awaitReady(spec).instances().getFirst().id()).isNotEqualTo(before);
    }
  }

  @Test
  void anAppThatIsWantedAgainWhileItIsStoppedServes() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();
      platform.retain(Set.of());
      platform.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);
      fixture.told.clear();

      // When
      platform.stop(spec.id());
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(spec);
    }
  }

  @Test
  void anAppOfAnIdleFunctionThatAnEarlierDeployerLeftIsDeleted() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec idle = MarathonFixture.spec();
      FunctionSpec unwanted = MarathonFixture.spec();
      var first = fixture.platform();
      first.deploy(idle, MarathonFixture.CODE);
      first.deploy(unwanted, MarathonFixture.CODE);
      fixture.awaitReady(idle);
      fixture.awaitReady(unwanted);
      first.close();

      // When
      fixture.platform().retain(Set.of(), Set.of(idle.id()));

      // Then
      fixture.awaitGone(idle);
      assertThat(fixture.app(unwanted)).isPresent();
    }
  }

  @Test
  void appsOfNobodyAreKeptByDefault() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec unwanted = MarathonFixture.spec();
      FunctionSpec wanted = MarathonFixture.spec();
      var first = fixture.platform();
      first.deploy(unwanted, MarathonFixture.CODE);
      first.deploy(wanted, MarathonFixture.CODE);
      fixture.awaitReady(unwanted);
      fixture.awaitReady(wanted);
      first.close();
      fixture.told.clear();
      long writes = fixture.writes();

      // When
      var second = fixture.platform();
      second.retain(Set.of(wanted.id()));
      second.deploy(wanted, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(wanted);
      assertThat(fixture.app(unwanted)).isPresent();
      assertThat(fixture.writes()).isEqualTo(writes);
    }
  }

  @Test
  void appsOfNobodyAreDeletedWhereThatIsAllowedAndStrangersNever() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec unwanted = MarathonFixture.spec();
      var first = fixture.platform();
      first.deploy(unwanted, MarathonFixture.CODE);
      fixture.awaitReady(unwanted);
      first.close();
      FunctionSpec strangers = MarathonFixture.spec();
      fixture.foreignApp(MarathonFixture.appId(strangers));
      fixture.foreignApp("/fob/fn/something");

      // When
      fixture.platform(MarathonFixture.deletingOrphans(fixture.config())).retain(Set.of());

      // Then
      fixture.awaitGone(unwanted);
      assertThat(fixture.app(strangers)).isPresent();
      assertThat(fixture.get("/v2/apps/fob/fn/something").path("app").path("cmd").asText())
          .isEqualTo("sleep 1000");
      assertThat(fixture.requests("DELETE /v2/apps/{id}")).isEqualTo(1);
    }
  }

  @Test
  void aStrangersAppInTheWayIsSaidAndLeftAlone() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      fixture.foreignApp(MarathonFixture.appId(spec));
      long writes = fixture.writes();
      var platform = fixture.platform();

      // When
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      assertThat(fixture.awaitFailed(spec))
          .contains(MarathonFixture.appId(spec), "FOB_MARATHON_GROUP");
      platform.remove(spec.id());
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.requests("GET /v2/apps/{id}")).isPositive());
      assertThat(fixture.writes()).isEqualTo(writes);
    }
  }

  @Test
  void aFunctionOfSeveralInstancesIsReadyWithOne() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture(options -> options.timeScale(1))) {
      // Given: two of three fail, and Marathon waits 2 s before it starts the next ones
      FunctionSpec spec =
          MarathonFixture.spec(new Limits(Duration.ofSeconds(30), 8, 128, 3, false));
      fixture.tasks.script(
          MarathonFixture.appId(spec), Script.failing(2, "TASK_FAILED", "bad luck"));

      // When
      fixture.platform().deploy(spec, MarathonFixture.CODE);

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.awaitReady(spec).instances()).hasSize(3));
      FunctionStatus firstReady =
          fixture.told(spec).stream().filter(Ready.class::isInstance).findFirst().orElseThrow();
      assertThat(((Ready) firstReady).instances()).hasSizeLessThan(3);
    }
  }
}
