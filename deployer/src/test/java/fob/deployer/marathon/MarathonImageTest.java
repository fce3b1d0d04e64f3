package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.CodeSource;
import fob.deployer.TestSecrets;
import fob.fakemarathon.Script;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import fob.function.Protocol;
import fob.function.RetryPolicy;
import fob.function.SecretUse;
import fob.function.Upload;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions in images of their own, on the fake Marathon. */
@Timeout(60)
class MarathonImageTest {

  private static final CodeSource CODE = () -> MarathonFixture.CODE;
  private static final String BROKEN =
      "{\"error\":{\"message\":\"expected ':'\",\"type\":\"SyntaxError\",\"stack\":[\"line 1\"]}}";

  private static FunctionSpec spec(int instances, String... secrets) {
    return new FunctionSpec(
        FunctionId.random(),
        Upload.LANGUAGE,
        null,
        new Limits(Duration.ofSeconds(10), 1, 128, instances, false),
        RetryPolicy.DEFAULT,
        new Environment(
            Map.of("GREETING", "hello"), Arrays.stream(secrets).map(SecretUse::parse).toList()),
        new Upload(null, "team/image:1", "hey"),
        MarathonFixture.CODE.sha256(),
        MarathonFixture.CODE.bytes().length,
        Instant.EPOCH);
  }

  private static MarathonFixture fixture(ImageServers images) {
    return new MarathonFixture(options -> options.tasks(images));
  }

  private static MarathonPlatform impatient(MarathonFixture fixture, Duration deadline)
      throws Exception {
    return fixture.platform(MarathonFixture.withDeadline(fixture.config(), deadline));
  }

  private static void awaitInstances(MarathonFixture fixture, FunctionSpec spec, int count) {
    await()
        .atMost(MarathonFixture.PATIENCE)
        .untilAsserted(() -> assertThat(fixture.awaitReady(spec).instances()).hasSize(count));
  }

  private static Instance awaitOther(MarathonFixture fixture, FunctionSpec spec, Instance than) {
    await()
        .atMost(MarathonFixture.PATIENCE)
        .untilAsserted(
            () -> assertThat(fixture.awaitReady(spec).instances()).hasSize(1).doesNotContain(than));
    return fixture.awaitReady(spec).instances().getFirst();
  }

  @Test
  void eachTaskGetsCodeVariablesAndSecretsAndTheAppHasNoneOfThem() throws Exception {
    ImageServers images = new ImageServers(ImageServers.whisk());
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      TestSecrets secrets = new TestSecrets();
      secrets.put("TOKEN", "hush-marathon");
      FunctionSpec spec = spec(2, "TOKEN");

      // When
      fixture.platform().deploy(spec, secrets.with(spec, MarathonFixture.CODE));

      // Then
      awaitInstances(fixture, spec, 2);
      assertThat(fixture.awaitReady(spec).instances())
          .allMatch(instance -> instance.protocol() == Protocol.OPENWHISK);
      assertThat(images.inits())
          .hasSize(2)
          .allSatisfy(value -> {
            assertThat(value.path("code").asText()).isEqualTo("def callme(): return 42");
            assertThat(value.path("main").asText()).isEqualTo("hey");
            assertThat(value.at("/env/GREETING").asText()).isEqualTo("hello");
            assertThat(value.at("/env/TOKEN").asText()).isEqualTo("hush-marathon");
          });
      JsonNode app = fixture.app(spec).orElseThrow();
      assertThat(app.at("/container/docker/image").asText()).isEqualTo("team/image:1");
      assertThat(app.toString())
          .contains(secrets.of(spec).version())
          .doesNotContain("hush")
          .doesNotContain(secrets.of(spec).token())
          .doesNotContain("FOB_CODE_")
          .doesNotContain("FOB_SECRET");
    }
  }

  @Test
  void taskThatReplacesAnotherGetsTheCodeToo() throws Exception {
    ImageServers images = new ImageServers(ImageServers.whisk());
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      FunctionSpec spec = spec(1);
      MarathonPlatform platform = fixture.platform();
      platform.deploy(spec, CODE);
      Instance first = fixture.awaitReady(spec).instances().getFirst();

      // When
      images.endAll();

      // Then
      Instance second = awaitOther(fixture, spec, first);
      assertThat(images.inits()).hasSize(2);

      // When
      platform.replace(spec.id(), second.id(), "a call was late");

      // Then
      awaitOther(fixture, spec, second);
      assertThat(images.inits()).hasSize(3);
    }
  }

  @Test
  void nextDeployerAsksNothingOfTasksThatWereReady() throws Exception {
    ImageServers images = new ImageServers(ImageServers.whisk());
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      FunctionSpec spec = spec(2);
      fixture.platform().deploy(spec, CODE);
      awaitInstances(fixture, spec, 2);
      List<Instance> before = fixture.awaitReady(spec).instances();
      fixture.closePlatforms();
      fixture.told.clear();
      long writes = fixture.writes();
      int requests = images.asked().size();

      // When
      fixture.platform().deployAgain(spec, CODE, before);

      // Then
      fixture.awaitReady(spec);
      assertThat(fixture.told(spec)).containsExactly(new Ready(before));
      assertThat(fixture.writes()).isEqualTo(writes);
      assertThat(images.asked()).hasSize(requests);
    }
  }

  @Test
  void taskThatMayHaveItsCodeIsReplacedIfItsRuntimeCannotTell() throws Exception {
    ImageServers images = new ImageServers(ImageServers.whisk());
    try (MarathonFixture fixture = fixture(images)) {
      // Given: an earlier deployer ended before it wrote that the task was ready
      FunctionSpec spec = spec(1);
      fixture.platform().deploy(spec, CODE);
      Instance before = fixture.awaitReady(spec).instances().getFirst();
      fixture.closePlatforms();
      fixture.told.clear();

      // When
      fixture.platform().deployAgain(spec, CODE, List.of());

      // Then
      Instance after = awaitOther(fixture, spec, before);
      assertThat(fixture.told(spec))
          .noneMatch(status -> status.equals(new Ready(List.of(before))))
          .contains(new Ready(List.of(after)))
          .anyMatch(status ->
              status instanceof Deploying(String note)
                  && note.contains("refused POST /init, as if it had been asked before")
                  && note.endsWith("another instance takes its place"));
    }
  }

  @Test
  void driverOfFobTellsTheNextDeployerWhetherItHasItsCode() throws Exception {
    ImageServers images =
        new ImageServers((task, path, times) ->
            switch (path) {
              case "/init" -> ImageServers.answer(200, "{\"ok\":true}");
              case "/health" ->
                  times == 1
                      ? ImageServers.answer(200, "{\"state\":\"waiting\"}")
                      : ImageServers.answer(200, "{\"state\":\"ready\"}");
              default -> ImageServers.answer(404, "{}");
            });
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      FunctionSpec spec = spec(1);
      fixture.platform().deploy(spec, CODE);
      Ready before = fixture.awaitReady(spec);
      fixture.closePlatforms();
      fixture.told.clear();

      // When
      fixture.platform().deployAgain(spec, CODE, List.of());

      // Then
      assertThat(fixture.awaitReady(spec)).isEqualTo(before);
      assertThat(before.instances().getFirst().protocol()).isEqualTo(Protocol.FOB);
      assertThat(images.inits()).hasSize(1);
    }
  }

  @Test
  void driverOfFobThatHasFailedTellsTheNextDeployerTheError() throws Exception {
    String failed = BROKEN.replaceFirst("\\{", "{\"state\":\"failed\",");
    ImageServers images =
        new ImageServers((task, path, times) ->
            path.equals("/health")
                ? ImageServers.answer(503, failed)
                : ImageServers.answer(403, "{}"));
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      FunctionSpec spec = spec(1);

      // When
      fixture.platform().deploy(spec, CODE);

      // Then
      assertThat(fixture.awaitFailed(spec)).isEqualTo("expected ':'");
      assertThat(images.inits()).isEmpty();
    }
  }

  @Test
  void codeThatDoesNotLoadFailsTheFunctionAndItsAppIsNotKept() throws Exception {
    ImageServers images = new ImageServers(ImageServers.whisk(ImageServers.answer(502, BROKEN)));
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      FunctionSpec spec = spec(1);

      // When
      impatient(fixture, Duration.ofSeconds(3)).deploy(spec, CODE);

      // Then
      fixture.awaitFailed(spec);
      assertThat(fixture.last(spec))
          .contains(
              new Failed(new FailureReason("expected ':'", "SyntaxError", List.of("line 1"))));
      fixture.awaitGone(spec);
      assertThat(fixture.told(spec)).noneMatch(Ready.class::isInstance);
      assertThat(images.inits()).hasSize(1);
    }
  }

  @Test
  void functionThatServedBeforeIsTriedAgainAfterPauses() throws Exception {
    ImageServers images =
        new ImageServers((task, path, times) ->
            path.equals("/init") && task == 2
                ? ImageServers.answer(502, BROKEN)
                : ImageServers.whisk().answer(task, path, times));
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      FunctionSpec spec = spec(1);
      fixture.platform().deploy(spec, CODE);
      Instance first = fixture.awaitReady(spec).instances().getFirst();

      // When
      images.endAll();

      // Then
      awaitOther(fixture, spec, first);
      assertThat(fixture.told(spec))
          .anyMatch(status ->
              status instanceof Failed(FailureReason failure)
                  && failure.summary().equals("SyntaxError: expected ':'"));
      assertThat(images.launched()).isEqualTo(3);
    }
  }

  @Test
  void imageThatDoesNotAnswerIsReplacedAndGivenUpAtTheDeadline() throws Exception {
    ImageServers images = new ImageServers(ImageServers.whisk(java.util.Optional.empty()));
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      FunctionSpec spec = spec(1);

      // When
      impatient(fixture, Duration.ofSeconds(3)).deploy(spec, CODE);

      // Then
      fixture.awaitNote(
          spec, "its image did not answer POST /init within 1s; another instance takes its place");
      assertThat(fixture.awaitFailed(spec))
          .startsWith("the app did not become ready on Marathon in time: ");
      assertThat(images.launched()).isGreaterThan(1);
      fixture.awaitGone(spec);
    }
  }

  @Test
  void imageThatDoesNotListenSaysSo() throws Exception {
    // The tasks of the fixture's scripts run, and nothing listens at their ports.
    try (MarathonFixture fixture = new MarathonFixture()) {
      FunctionSpec spec = spec(1);
      impatient(fixture, Duration.ofSeconds(3)).deploy(spec, CODE);
      fixture.awaitNote(spec, "its image did not listen on TCP port 8080 within 1s");
      fixture.awaitFailed(spec);
    }
  }

  @Test
  void imageThatCannotBeHadIsNamedAsTheCause() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      FunctionSpec spec = spec(1);
      fixture.tasks.script(
          MarathonFixture.appId(spec),
          Script.failing(
              Integer.MAX_VALUE,
              "TASK_FAILED",
              "Failed to launch container: Failed to run 'docker pull team/image:1': not found"));
      impatient(fixture, Duration.ofSeconds(3)).deploy(spec, CODE);
      fixture.awaitNote(spec, "its image cannot be had; check the name of the image");
      assertThat(fixture.awaitFailed(spec)).contains("docker pull team/image:1");
    }
  }

  @Test
  void changedSecretReachesNewTasks() throws Exception {
    ImageServers images = new ImageServers(ImageServers.whisk());
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      TestSecrets secrets = new TestSecrets();
      secrets.put("TOKEN", "old");
      FunctionSpec spec = spec(1, "TOKEN");
      MarathonPlatform platform = fixture.platform();
      platform.deploy(spec, secrets.with(spec, MarathonFixture.CODE));
      Instance first = fixture.awaitReady(spec).instances().getFirst();

      // When
      secrets.put("TOKEN", "new");
      platform.secretsChanged(spec.id());

      // Then
      awaitOther(fixture, spec, first);
      assertThat(images.inits())
          .extracting(value -> value.at("/env/TOKEN").asText())
          .containsExactly("old", "new");
    }
  }

  @Test
  void codeThatFailedForASecretIsTriedAgainWithTheNextOne() throws Exception {
    ImageServers images =
        new ImageServers((task, path, times) ->
            path.equals("/init") && task == 1
                ? ImageServers.answer(502, BROKEN)
                : ImageServers.whisk().answer(task, path, times));
    try (MarathonFixture fixture = fixture(images)) {
      // Given
      TestSecrets secrets = new TestSecrets();
      secrets.put("TOKEN", "wrong");
      FunctionSpec spec = spec(1, "TOKEN");
      MarathonPlatform platform = impatient(fixture, Duration.ofSeconds(3));
      platform.deploy(spec, secrets.with(spec, MarathonFixture.CODE));
      fixture.awaitFailed(spec);
      fixture.awaitGone(spec);

      // When
      secrets.put("TOKEN", "right");
      platform.secretsChanged(spec.id());

      // Then
      fixture.awaitReady(spec);
    }
  }

  @Test
  void secretAsAFileAloneIsRefused() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      TestSecrets secrets = new TestSecrets();
      secrets.put("CERTIFICATE", "x");
      FunctionSpec spec = spec(1, "CERTIFICATE:file");
      fixture.platform().deploy(spec, secrets.with(spec, MarathonFixture.CODE));
      assertThat(fixture.awaitFailed(spec))
          .contains("the secret 'CERTIFICATE' is wanted as a file alone")
          .contains("register it with secret=CERTIFICATE");
      assertThat(fixture.writes()).isZero();
    }
  }
}
