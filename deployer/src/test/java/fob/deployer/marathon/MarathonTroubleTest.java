package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.Faults;
import fob.fakemarathon.Script;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong with functions, with the cluster and with Marathon, and what is said of it. */
class MarathonTroubleTest {

  private static final Duration SOON = Duration.ofSeconds(3);

  @Test
  void anAppThatNeverGetsHealthyIsDeletedAtTheDeadlineWithTheTrueReason() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      twin.tasks.script(
          Twin.appId(spec),
          Script.failing(Integer.MAX_VALUE, "TASK_FAILED", "Container exited with status 41"));

      // When
      twin.platform(Twin.withDeadline(twin.config(), SOON)).deploy(spec, Twin.CODE);

      // Then
      assertThat(twin.awaitFailed(spec)).contains("crashed", "Container exited with status 41");
      twin.awaitGone(spec);
      assertThat(twin.told(spec).getFirst()).isInstanceOf(Deploying.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Memory limit exceeded: Requested: 128MB|over its memory",
        "Failed to launch container: manifest for fob-driver-python not found|FOB_IMAGE_PREFIX",
        "Task was killed since health check failed|health check failed"
      })
  void anEndIsToldInWords(String message, String words) throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      twin.tasks.script(
          Twin.appId(spec), Script.failing(Integer.MAX_VALUE, "TASK_FAILED", message));

      // When
      twin.platform().deploy(spec, Twin.CODE);

      // Then
      twin.awaitNote(spec, words);
      twin.awaitNote(spec, message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "InsufficientMemory|enough memory free",
        "InsufficientCpus|enough CPU free",
        "UnfulfilledRole|FOB_MARATHON_ROLES",
        "''|no resources at all"
      })
  void whyNoOfferFitsIsInTheNoteAndInTheEnd(String reason, String words) throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      twin.tasks.script(Twin.appId(spec), Script.neverOffered(reason));

      // When
      twin.platform(Twin.withDeadline(twin.config(), SOON)).deploy(spec, Twin.CODE);

      // Then
      twin.awaitNote(spec, words);
      assertThat(twin.awaitFailed(spec)).contains(words);
      twin.awaitGone(spec);
    }
  }

  @Test
  void anAppThatServedOnceIsKeptAndFoundAgain() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      twin.platform(Twin.withDeadline(twin.config(), Duration.ofSeconds(1)))
          .deploy(spec, Twin.CODE);
      twin.awaitReady(spec);

      // When
      twin.tasks.script(Twin.appId(spec), Script.neverOffered("InsufficientCpus"));
      twin.tasks.end(Twin.appId(spec), "TASK_LOST", "agent is gone");

      // Then
      assertThat(twin.awaitFailed(spec)).contains("agent is gone");
      assertThat(twin.app(spec)).isPresent();
      twin.tasks.script(Twin.appId(spec), Script.healthy());
      twin.awaitReady(spec);
    }
  }

  @Test
  void aFunctionWhoseCodeDoesNotLoadFailsWithItsOwnError() throws Exception {
    try (MockWebServer driver = new MockWebServer()) {
      // Given
      driver.setDispatcher(
          new mockwebserver3.Dispatcher() {
            @Override
            public MockResponse dispatch(mockwebserver3.RecordedRequest request) {
              return new MockResponse.Builder()
                  .code(503)
                  .body(
                      "{\"state\":\"failed\",\"error\":{\"reason\":\"failed\",\"message\":\"invalid syntax\",\"type\":\"SyntaxError\",\"stack\":[\"line 1\"]}}")
                  .build();
            }
          });
      driver.start();
      HttpUrl url = driver.url("/");
      try (Twin twin =
          new Twin(options -> options.tasks(new UnhealthyTask(url.host(), url.port())))) {
        FunctionSpec spec = Twin.spec();

        // When
        twin.platform(Twin.withDeadline(twin.config(), SOON)).deploy(spec, Twin.CODE);

        // Then
        twin.awaitFailed(spec);
        assertThat(twin.last(spec))
            .contains(
                new Failed(
                    new FunctionStatus.FailureReason(
                        "invalid syntax", "SyntaxError", List.of("line 1"))));
        twin.awaitGone(spec);
      }
    }
  }

  @Test
  void aReplyThatWasLostMakesNoSecondApp() throws Exception {
    try (Twin twin = new Twin()) {
      // Given: and no event tells either
      twin.marathon.faults().answer("GET /v2/events.*", 405, Faults.ALWAYS);
      twin.marathon.faults().loseReplies("POST /v2/apps", 1);
      FunctionSpec spec = Twin.spec();

      // When
      twin.platform().deploy(spec, Twin.CODE);

      // Then
      twin.awaitReady(spec);
      assertThat(twin.requests("POST /v2/apps")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"409", "500", "502", "503"})
  void whatMayPassIsTriedAgain(int status) throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      twin.marathon.faults().answer("POST /v2/apps", status, 2);
      FunctionSpec spec = Twin.spec();

      // When
      twin.platform().deploy(spec, Twin.CODE);

      // Then
      twin.awaitReady(spec);
      assertThat(twin.requests("POST /v2/apps")).isEqualTo(3);
    }
  }

  @Test
  void whatMarathonRefusesIsSaidWithItsDetails() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      MarathonConfig c = twin.config();
      MarathonConfig config =
          new MarathonConfig(
              c.url(),
              c.group(),
              c.gateway(),
              List.of("gold"),
              "",
              c.deadline(),
              false,
              c.credentials(),
              c.ca());
      FunctionSpec spec = Twin.spec();

      // When
      twin.platform(config).deploy(spec, Twin.CODE);

      // Then
      assertThat(twin.awaitFailed(spec)).contains("422", "acceptedResourceRoles");
      assertThat(twin.requests("POST /v2/apps")).isEqualTo(1);
    }
  }

  @Test
  void whereOurStuckDeploymentsFillMarathonTheOldestMakesRoom() throws Exception {
    try (Twin twin = new Twin(options -> options.maxRunningDeployments(3))) {
      // Given
      var platform = twin.platform(Twin.withDeadline(twin.config(), Duration.ofSeconds(12)));
      List<FunctionSpec> stuck = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        FunctionSpec spec = Twin.spec();
        twin.tasks.script(Twin.appId(spec), Script.staging());
        platform.deploy(spec, Twin.CODE);
        stuck.add(spec);
      }
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.get("/v2/deployments")).hasSize(3));

      // When
      FunctionSpec spec = Twin.spec();
      platform.deploy(spec, Twin.CODE);

      // Then
      twin.awaitReady(spec);
      twin.awaitNote(spec, "as many deployments as it allows");
      assertThat(twin.requests("DELETE /v2/deployments/{id}")).isPositive();
      assertThat(stuck)
          .as("none has come to its own deadline")
          .allSatisfy(each -> assertThat(twin.told(each)).allMatch(Deploying.class::isInstance));
    }
  }

  @Test
  void whereOthersFillMarathonFobWaitsAndEndsNothing() throws Exception {
    try (Twin twin = new Twin(options -> options.maxRunningDeployments(2))) {
      // Given
      twin.tasks.script("/other/a", Script.staging()).script("/other/b", Script.staging());
      twin.foreignApp("/other/a");
      twin.foreignApp("/other/b");
      FunctionSpec spec = Twin.spec();

      // When
      twin.platform(Twin.withDeadline(twin.config(), SOON)).deploy(spec, Twin.CODE);

      // Then
      twin.awaitNote(spec, "as many deployments as it allows");
      assertThat(twin.awaitFailed(spec)).contains("goes on trying");
      assertThat(twin.requests("DELETE /v2/deployments/{id}")).isZero();
      long tries = twin.requests("POST /v2/apps");
      String deployment = twin.get("/v2/deployments").path(0).path("id").asText();
      twin.request("DELETE", "/v2/deployments/" + deployment + "?force=true", "");
      twin.awaitReady(spec);
      assertThat(twin.requests("POST /v2/apps")).isGreaterThan(tries);
    }
  }

  @Test
  void manyFunctionsHaveAtMostTwentyDeploymentsAtATime() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      twin.tasks.script(id -> true, Script.staging());
      var platform = twin.platform();

      // When
      List<FunctionSpec> specs = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        specs.add(Twin.spec());
        platform.deploy(specs.getLast(), Twin.CODE);
      }

      // Then
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() ->
              assertThat(specs)
                  .filteredOn(spec -> twin.told(spec).toString().contains("waits for its turn"))
                  .hasSize(5));
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.get("/v2/deployments")).hasSize(20));
      assertThat(twin.requests("POST /v2/apps")).isEqualTo(20);

      // And one that leaves lets another in.
      FunctionSpec running =
          specs.stream().filter(spec -> twin.app(spec).isPresent()).findFirst().orElseThrow();
      platform.remove(running.id());
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(twin.requests("POST /v2/apps")).isEqualTo(21));
    }
  }

  @Test
  void aMarathonWithoutLeaderIsWaitedFor() throws Exception {
    try (Twin twin = new Twin(options -> options.leaderPatience(Duration.ZERO))) {
      // Given
      twin.marathon.followLeader(null);
      FunctionSpec spec = Twin.spec();

      // When
      var platform = twin.platform();
      platform.retain(Set.of());
      platform.deploy(spec, Twin.CODE);

      // Then
      twin.awaitNote(spec, "waiting for Marathon: Marathon answered 502");
      twin.marathon.lead();
      twin.awaitReady(spec);
    }
  }

  @Test
  void eventsAreFollowedToTheLeaderThatAStandbyNames() throws Exception {
    try (Twin leader = new Twin();
        FakeMarathon standby = FakeMarathon.start(new FakeMarathon.Options())) {
      // Given
      URI url = leader.marathon.url();
      standby.followLeader(url);
      FunctionSpec spec = Twin.spec();

      // When
      leader.platform(Twin.config(standby.url())).deploy(spec, Twin.CODE);

      // Then
      leader.awaitReady(spec);
      await()
          .atMost(Twin.PATIENCE)
          .untilAsserted(() -> assertThat(leader.marathon.eventStreams()).isEqualTo(1));
    }
  }

  @Test
  void repeatedChangesOfOneFunctionEndInTheLastOne() throws Exception {
    try (Twin twin = new Twin()) {
      // Given
      FunctionSpec spec = Twin.spec();
      var platform = twin.platform();

      // When
      for (int i = 0; i < 10; i++) {
        platform.deploy(spec, Twin.CODE);
        platform.remove(spec.id());
      }
      platform.deploy(spec, Twin.CODE);

      // Then
      twin.awaitReady(spec);
      assertThat(twin.app(spec)).isPresent();
      assertThat(twin.writes()).isLessThan(10);
    }
  }
}
