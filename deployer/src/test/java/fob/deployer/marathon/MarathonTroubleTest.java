package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.marathon.config.MarathonConfig;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.Faults;
import fob.fakemarathon.MarathonOptions;
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
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      fixture.tasks.script(
          MarathonFixture.appId(spec),
          Script.failing(Integer.MAX_VALUE, "TASK_FAILED", "Container exited with status 41"));

      // When
      fixture
          .platform(MarathonFixture.withDeadline(fixture.config(), SOON))
          .deploy(spec, MarathonFixture.CODE);

      // Then
      assertThat(fixture.awaitFailed(spec)).contains("crashed", "Container exited with status 41");
      fixture.awaitGone(spec);
      assertThat(fixture.told(spec).getFirst()).isInstanceOf(Deploying.class);
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
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      fixture.tasks.script(
          MarathonFixture.appId(spec), Script.failing(Integer.MAX_VALUE, "TASK_FAILED", message));

      // When
      fixture.platform().deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitNote(spec, words);
      fixture.awaitNote(spec, message);
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
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      fixture.tasks.script(MarathonFixture.appId(spec), Script.neverOffered(reason));

      // When
      fixture
          .platform(MarathonFixture.withDeadline(fixture.config(), SOON))
          .deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitNote(spec, words);
      assertThat(fixture.awaitFailed(spec)).contains(words);
      fixture.awaitGone(spec);
    }
  }

  @Test
  void anAppThatServedOnceIsKeptAndFoundAgain() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      fixture
          .platform(MarathonFixture.withDeadline(fixture.config(), Duration.ofSeconds(1)))
          .deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);

      // When
      fixture.tasks.script(MarathonFixture.appId(spec), Script.neverOffered("InsufficientCpus"));
      fixture.tasks.end(MarathonFixture.appId(spec), "TASK_LOST", "agent is gone");

      // Then
      assertThat(fixture.awaitFailed(spec)).contains("agent is gone");
      assertThat(fixture.app(spec)).isPresent();
      fixture.tasks.script(MarathonFixture.appId(spec), Script.healthy());
      fixture.awaitReady(spec);
    }
  }

  @Test
  void aFunctionWhoseCodeDoesNotLoadFailsWithItsOwnError() throws Exception {
    assertThat(failureOf("invalid syntax", "SyntaxError"))
        .isEqualTo(
            new FunctionStatus.FailureReason("invalid syntax", "SyntaxError", List.of("line 1")));
  }

  @Test
  void whatTheNextInstanceMayFetchIsTriedUntilTheDeadlineAndThenToldInTheDriversWords()
      throws Exception {
    assertThat(failureOf("the dependencies cannot be stored", "CodeNotAvailable").message())
        .contains("runs on", "its driver says: the dependencies cannot be stored");
  }

  /** Returns why a function failed whose driver tells this error. */
  private static FunctionStatus.FailureReason failureOf(String message, String type)
      throws Exception {
    try (MockWebServer driver = new MockWebServer()) {
      driver.setDispatcher(
          new mockwebserver3.Dispatcher() {
            @Override
            public MockResponse dispatch(mockwebserver3.RecordedRequest request) {
              return new MockResponse.Builder()
                  .code(503)
                  .body(
                      "{\"state\":\"failed\",\"error\":{\"reason\":\"failed\",\"message\":\"%s\",\"type\":\"%s\",\"stack\":[\"line 1\"]}}"
                          .formatted(message, type))
                  .build();
            }
          });
      driver.start();
      HttpUrl url = driver.url("/");
      try (MarathonFixture fixture =
          new MarathonFixture(
              options -> options.tasks(new UnhealthyTask(url.host(), url.port())))) {
        FunctionSpec spec = MarathonFixture.spec();
        fixture
            .platform(MarathonFixture.withDeadline(fixture.config(), SOON))
            .deploy(spec, MarathonFixture.CODE);
        fixture.awaitFailed(spec);
        FunctionStatus last = fixture.last(spec).orElseThrow();
        fixture.awaitGone(spec);
        return ((Failed) last).failure();
      }
    }
  }

  @Test
  void aReplyThatWasLostMakesNoSecondApp() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given: and no event tells either
      fixture.marathon.faults().answer("GET /v2/events.*", 405, Faults.ALWAYS);
      fixture.marathon.faults().loseReplies("POST /v2/apps", 1);
      FunctionSpec spec = MarathonFixture.spec();

      // When
      fixture.platform().deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(spec);
      assertThat(fixture.requests("POST /v2/apps")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"409", "500", "502", "503"})
  void whatMayPassIsTriedAgain(int status) throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      fixture.marathon.faults().answer("POST /v2/apps", status, 2);
      FunctionSpec spec = MarathonFixture.spec();

      // When
      fixture.platform().deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(spec);
      assertThat(fixture.requests("POST /v2/apps")).isEqualTo(3);
    }
  }

  @Test
  void whatMarathonRefusesIsSaidWithItsDetails() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      MarathonConfig c = fixture.config();
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
      FunctionSpec spec = MarathonFixture.spec();

      // When
      fixture.platform(config).deploy(spec, MarathonFixture.CODE);

      // Then
      assertThat(fixture.awaitFailed(spec)).contains("422", "acceptedResourceRoles");
      assertThat(fixture.requests("POST /v2/apps")).isEqualTo(1);
    }
  }

  @Test
  void whereOurStuckDeploymentsFillMarathonTheOldestMakesRoom() throws Exception {
    try (MarathonFixture fixture =
        new MarathonFixture(options -> options.maxRunningDeployments(3))) {
      // Given
      var platform =
          fixture.platform(MarathonFixture.withDeadline(fixture.config(), Duration.ofSeconds(12)));
      List<FunctionSpec> stuck = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        FunctionSpec spec = MarathonFixture.spec();
        fixture.tasks.script(MarathonFixture.appId(spec), Script.staging());
        platform.deploy(spec, MarathonFixture.CODE);
        stuck.add(spec);
      }
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.get("/v2/deployments")).hasSize(3));

      // When
      FunctionSpec spec = MarathonFixture.spec();
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(spec);
      fixture.awaitNote(spec, "as many deployments as it allows");
      assertThat(fixture.requests("DELETE /v2/deployments/{id}")).isPositive();
      assertThat(stuck)
          .as("none has come to its own deadline")
          .allSatisfy(each -> assertThat(fixture.told(each)).allMatch(Deploying.class::isInstance));
    }
  }

  @Test
  void whereOthersFillMarathonFobWaitsAndEndsNothing() throws Exception {
    try (MarathonFixture fixture =
        new MarathonFixture(options -> options.maxRunningDeployments(2))) {
      // Given
      fixture.tasks.script("/other/a", Script.staging()).script("/other/b", Script.staging());
      fixture.foreignApp("/other/a");
      fixture.foreignApp("/other/b");
      FunctionSpec spec = MarathonFixture.spec();

      // When
      fixture
          .platform(MarathonFixture.withDeadline(fixture.config(), SOON))
          .deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitNote(spec, "as many deployments as it allows");
      assertThat(fixture.awaitFailed(spec)).contains("keeps trying");
      assertThat(fixture.requests("DELETE /v2/deployments/{id}")).isZero();
      long tries = fixture.requests("POST /v2/apps");
      String deployment = fixture.get("/v2/deployments").path(0).path("id").asText();
      fixture.request("DELETE", "/v2/deployments/" + deployment + "?force=true", "");
      fixture.awaitReady(spec);
      assertThat(fixture.requests("POST /v2/apps")).isGreaterThan(tries);
    }
  }

  @Test
  void manyFunctionsHaveAtMostTwentyDeploymentsAtATime() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      fixture.tasks.script(id -> true, Script.staging());
      var platform = fixture.platform();

      // When
      List<FunctionSpec> specs = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        specs.add(MarathonFixture.spec());
        platform.deploy(specs.getLast(), MarathonFixture.CODE);
      }

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(specs)
                  .filteredOn(spec -> fixture.told(spec).toString().contains("waits for its turn"))
                  .hasSize(5));
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.get("/v2/deployments")).hasSize(20));
      assertThat(fixture.requests("POST /v2/apps")).isEqualTo(20);

      // And one that leaves lets another in.
      FunctionSpec running =
          specs.stream().filter(spec -> fixture.app(spec).isPresent()).findFirst().orElseThrow();
      platform.remove(running.id());
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.requests("POST /v2/apps")).isEqualTo(21));
    }
  }

  @Test
  void aMarathonWithoutLeaderIsWaitedFor() throws Exception {
    try (MarathonFixture fixture =
        new MarathonFixture(options -> options.leaderPatience(Duration.ZERO))) {
      // Given
      fixture.marathon.followLeader(null);
      FunctionSpec spec = MarathonFixture.spec();

      // When
      var platform = fixture.platform();
      platform.retain(Set.of());
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitNote(spec, "waiting for Marathon: Marathon answered 502");
      fixture.marathon.lead();
      fixture.awaitReady(spec);
    }
  }

  @Test
  void eventsAreFollowedToTheLeaderThatAStandbyNames() throws Exception {
    try (MarathonFixture leader = new MarathonFixture();
        FakeMarathon standby = FakeMarathon.start(new MarathonOptions())) {
      // Given
      URI url = leader.marathon.url();
      standby.followLeader(url);
      FunctionSpec spec = MarathonFixture.spec();

      // When
      leader.platform(MarathonFixture.config(standby.url())).deploy(spec, MarathonFixture.CODE);

      // Then
      leader.awaitReady(spec);
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(leader.marathon.eventStreams()).isEqualTo(1));
    }
  }

  @Test
  void repeatedChangesOfOneFunctionEndInTheLastOne() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      var platform = fixture.platform();

      // When
      for (int i = 0; i < 10; i++) {
        platform.deploy(spec, MarathonFixture.CODE);
        platform.remove(spec.id());
      }
      platform.deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(spec);
      assertThat(fixture.app(spec)).isPresent();
      assertThat(fixture.writes()).isLessThan(10);
    }
  }
}
