package fob.deployer.marathon;

import static fob.deployer.marathon.InstallerServer.failed;
import static fob.deployer.marathon.InstallerServer.json;
import static fob.deployer.marathon.InstallerServer.wrote;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Driver;
import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.Installer;
import fob.deployer.layer.TestInstaller;
import fob.deployer.local.StartRefused;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.install.InstallerConfig;
import fob.fakemarathon.Faults;
import fob.fakemarathon.Script;
import fob.function.FunctionSpec;
import fob.service.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps of installers as apps of a fake Marathon, with installers that this test answers for. */
@Timeout(60)
class MarathonInstallerTest {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final String LOCK = "{\"packages\":[]}";
  private static final Driver PYTHON = MarathonFixture.drivers().get("python").orElseThrow();

  private static final InstallSettings SETTINGS =
      new InstallSettings(
          Duration.ofSeconds(30),
          1,
          Duration.ZERO,
          Map.of("FOB_PIP_INDEX_URL", "http://a/b c?d=1&e", "FOB_X", "x"));

  private final List<String> notes = new CopyOnWriteArrayList<>();

  /** Makes tasks that run where that server listens. */
  private static MarathonFixture fixture(InstallerServer server) {
    return new MarathonFixture(
        options -> options.tasks(new UnhealthyTask("127.0.0.1", server.port())));
  }

  private static InstallerServer answering(MockResponse answer) throws IOException {
    return new InstallerServer(_ -> answer);
  }

  private static MarathonPlatform platform(MarathonFixture fixture) throws IOException {
    return platform(fixture, fixture.config());
  }

  private static MarathonPlatform platform(MarathonFixture fixture, MarathonConfig config)
      throws IOException {
    return fixture.platform(
        config,
        MarathonFixture.FAST,
        new InstallerConfig(SETTINGS, MarathonFixture.INSTALL.temporary()));
  }

  private static TestInstaller of(MarathonPlatform platform) {
    return new TestInstaller(platform.installer().orElseThrow(), PYTHON);
  }

  /** Runs a step that fails, and returns why. */
  private <T extends IOException> T failure(Class<T> kind, TestInstaller installer) {
    T failure =
        catchThrowableOfType(
            kind,
            () ->
                installer
                    .installer()
                    .run(
                        new Installer.Step(PYTHON, "lock", installer.newFolder(), null, null),
                        installer.newFolder(),
                        notes::add));
    assertThat(failure).as("what the step failed with").isNotNull();
    return failure;
  }

  /** Returns the apps of installers that Marathon has. */
  private static List<JsonNode> installers(MarathonFixture fixture) {
    return fixture
        .get("/v2/apps")
        .path("apps")
        .valueStream()
        .filter(app -> app.path("id").asText().startsWith("/fob/fn/i-"))
        .toList();
  }

  private static void awaitNone(MarathonFixture fixture) {
    await()
        .atMost(MarathonFixture.PATIENCE)
        .untilAsserted(() -> assertThat(installers(fixture)).isEmpty());
  }

  @Test
  void aStepIsAnAppThatIsGivenTheCodeAndIsDeleted() throws Exception {
    // Given
    AtomicReference<JsonNode> app = new AtomicReference<>();
    AtomicReference<MarathonFixture> marathon = new AtomicReference<>();
    Function<RecordedRequest, MockResponse> answer =
        _ -> {
          app.set(installers(marathon.get()).getFirst());
          return wrote(Map.of("lock.json", LOCK));
        };
    try (InstallerServer server = new InstallerServer(answer);
        MarathonFixture fixture = fixture(server)) {
      marathon.set(fixture);

      // When
      Path output = of(platform(fixture)).lock("a");

      // Then the output is there, and the app is not
      assertThat(output.resolve("lock.json")).content().isEqualTo(LOCK);
      assertThat(installers(fixture)).isEmpty();
      // and the installer got the code, with a token that the app does not show
      RecordedRequest step = server.step();
      assertThat(step.getUrl().encodedPath()).isEqualTo("/lock");
      String token =
          String.valueOf(step.getHeaders().get("Authorization")).replaceFirst("^Bearer ", "");
      assertThat(token).hasSize(64);
      assertThat(app.get().at("/env/FOB_INSTALL_TOKEN_SHA256").asText())
          .isEqualTo(Sha256.of(token.getBytes(UTF_8)));
      assertThat(step.getHeaders().get("Fob-Timeout-Ms")).isEqualTo("30000");
      assertThat(step.getHeaders().get("Fob-Environment"))
          .isEqualTo("FOB_PIP_INDEX_URL=http%3A%2F%2Fa%2Fb%20c%3Fd%3D1%26e");
      assertThat(entry(InstallerServer.body(step))).isEqualTo("function: # needs a\n");
      // and the app was a sandbox that is started once, and is no function's
      assertThat(app.get().toString()).doesNotContain(token, "b%20c", "b c", "fob.function");
      assertThat(app.get().at("/labels/fob.owner").asText()).isEqualTo(MarathonFixture.OWNER);
      assertThat(app.get().at("/labels/fob.installer").asText()).isEqualTo("lock");
      assertThat(app.get().path("args"))
          .extracting(JsonNode::asText)
          .containsExactly("/usr/bin/python3", "-I", "/fob/driver/install.py", "serve");
      assertThat(app.get().path("mem").asInt()).isEqualTo(512 + 3);
      assertThat(app.get().path("backoffSeconds").asInt()).isEqualTo(3600);
      assertThat(app.get().at("/container/docker/parameters").toString())
          .contains("/tmp:rw,exec,", "size=259m", "no-new-privileges", "65534:65534");
    }
  }

  /** Returns the name and the content of the first entry of an archive. */
  private static String entry(byte[] archive) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
      return tar.getNextEntry().getName() + ": " + InstallerServer.text(tar.readAllBytes());
    }
  }

  @Test
  void theSecondStepIsGivenTheLock() throws Exception {
    try (InstallerServer server = answering(wrote(Map.of("a.py", "made = 1")));
        MarathonFixture fixture = fixture(server)) {
      // When
      Path layer = of(platform(fixture)).install(LOCK);

      // Then
      assertThat(layer.resolve("a.py")).content().isEqualTo("made = 1");
      RecordedRequest step = server.step();
      assertThat(step.getUrl().encodedPath()).isEqualTo("/install");
      assertThat(InstallerServer.text(InstallerServer.body(step))).isEqualTo(LOCK);
    }
  }

  @Test
  void theInstallersLinesAreTheReason() throws Exception {
    try (InstallerServer server =
            answering(failed(422, 1, "looking", "error: there is no b", "known are a"));
        MarathonFixture fixture = fixture(server)) {
      assertThat(failure(InstallFailed.class, of(platform(fixture))))
          .hasMessage("there is no b\nknown are a");
      awaitNone(fixture);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "504|null|waiting for the index|took longer than 30s",
        "504|null|waiting for the index|the last line was: waiting for the index",
        "422|137|resolving|out of memory",
        "422|1|cp: No space left on device|FOB_LAYER_MIB",
        "422|0|nothing|nothing"
      })
  void limitsAreTold(int status, Integer exit, String line, String said) throws Exception {
    try (InstallerServer server = answering(failed(status, exit, line));
        MarathonFixture fixture = fixture(server)) {
      assertThat(failure(InstallFailed.class, of(platform(fixture)))).hasMessageContaining(said);
    }
  }

  @Test
  void aReplyThatCannotBeUsedFailsTheStep() throws Exception {
    Map<MockResponse, String> replies =
        Map.of(
            json(401, "{\"error\":{\"message\":\"not the token\"}}"), "answered 401: not the token",
            json(200, "no archive"), "no archive",
            InstallerServer.bytes(Arrays.copyOf(InstallerServer.packed(Map.of("x", "y")), 40)),
                "cannot be read",
            wrote(Map.of("large", "x".repeat(1 << 20) + "x")), "FOB_LAYER_MIB",
            json(422, "x".repeat(300_000)), "too long");
    for (Map.Entry<MockResponse, String> reply : replies.entrySet()) {
      try (InstallerServer server = answering(reply.getKey());
          MarathonFixture fixture = fixture(server)) {
        assertThat(failure(InstallFailed.class, of(platform(fixture))))
            .hasMessageContaining(reply.getValue());
      }
    }
  }

  @Test
  void aConnectionThatBreaksOffFailsTheStep() throws Exception {
    MockResponse.Builder broken = wrote(Map.of("x", "y".repeat(100))).newBuilder();
    for (MockResponse reply :
        List.of(
            broken.onResponseStart(new SocketEffect.CloseSocket()).build(),
            broken.onResponseStart(null).onResponseBody(new SocketEffect.CloseSocket()).build())) {
      try (InstallerServer server = answering(reply);
          MarathonFixture fixture = fixture(server)) {
        assertThat(failure(InstallFailed.class, of(platform(fixture))))
            .hasMessageContaining("connection to the installer broke off");
        awaitNone(fixture);
      }
    }
  }

  @Test
  void withoutAPlaceTheNoteAndThenTheFailureSayWhatIsMissing() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      fixture.tasks.script(_ -> true, Script.neverOffered("InsufficientMemory"));

      // When
      InstallFailed failure =
          failure(
              InstallFailed.class,
              of(platform(fixture, MarathonFixture.withDeadline(fixture.config(), SOON))));

      // Then
      assertThat(failure)
          .hasMessageContainingAll(
              "within 1s", "FOB_MARATHON_DEADLINE", "enough memory", "515 MiB");
      assertThat(notes.getFirst()).isEqualTo("waiting for a place on the cluster");
      assertThat(notes)
          .contains(
              "waiting for a place on the cluster: no agent of the cluster has enough memory free");
      awaitNone(fixture);
    }
  }

  @Test
  void anInstallerThatCannotBeReachedIsTold() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      assertThat(
              failure(
                  InstallFailed.class,
                  of(platform(fixture, MarathonFixture.withDeadline(fixture.config(), SOON)))))
          .hasMessageContainingAll("gets no answer from http://127.0.0.1:31", "/health");
      awaitNone(fixture);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Container exited with status 41|crashed",
        "Memory limit exceeded: Requested: 515MB|over its memory",
        "Failed to launch container: manifest for x not found|FOB_IMAGE_PREFIX"
      })
  void aTaskThatEndsFailsTheStepAndNoOtherIsStarted(String message, String said) throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      fixture.tasks.script(_ -> true, Script.failing(1, "TASK_FAILED", message));

      // When
      InstallFailed failure = failure(InstallFailed.class, of(platform(fixture)));

      // Then
      assertThat(failure).hasMessageContainingAll(said, message);
      awaitNone(fixture);
    }
  }

  @Test
  void aTaskThatEndsWhileItWorksIsTheReasonThoughMarathonHearsOfItLater() throws Exception {
    // Given
    AtomicReference<UnhealthyTask> tasks = new AtomicReference<>();
    MockResponse broken =
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
    Function<RecordedRequest, MockResponse> answer =
        _ -> {
          tasks.get().end("TASK_FAILED", "Container exited with status 137"); // on another thread
          return broken;
        };
    try (InstallerServer server = new InstallerServer(answer)) {
      tasks.set(new UnhealthyTask("127.0.0.1", server.port()));
      try (MarathonFixture fixture = new MarathonFixture(options -> options.tasks(tasks.get()))) {
        // Then
        assertThat(failure(InstallFailed.class, of(platform(fixture))))
            .hasMessageContaining("over its memory");
      }
    }
  }

  @Test
  void aTaskThatEndsBehindASilentConnectionEndsTheStep() throws Exception {
    // Given
    AtomicReference<UnhealthyTask> tasks = new AtomicReference<>();
    MockResponse silent =
        new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
    Function<RecordedRequest, MockResponse> answer =
        _ -> {
          tasks.get().end("TASK_LOST", "the agent does not answer");
          return silent;
        };
    try (InstallerServer server = new InstallerServer(answer)) {
      tasks.set(new UnhealthyTask("127.0.0.1", server.port()));
      try (MarathonFixture fixture = new MarathonFixture(options -> options.tasks(tasks.get()))) {
        // Then
        assertThat(failure(StartRefused.class, of(platform(fixture))).reason())
            .contains("another agent");
      }
    }
  }

  @Test
  void aStepGoesOnWhileMarathonDoesNotShowItsApp() throws Exception {
    // Given
    AtomicReference<MarathonFixture> marathon = new AtomicReference<>();
    MockResponse late =
        wrote(Map.of("lock.json", LOCK)).newBuilder().headersDelay(6, TimeUnit.SECONDS).build();
    Function<RecordedRequest, MockResponse> answer =
        _ -> {
          marathon.get().marathon.faults().answer("GET /v2/apps/.*", 401, Faults.ALWAYS);
          return late;
        };
    try (InstallerServer server = new InstallerServer(answer);
        MarathonFixture fixture = fixture(server)) {
      marathon.set(fixture);

      // When
      Path output = of(platform(fixture)).lock("a");

      // Then
      assertThat(output.resolve("lock.json")).exists();
    }
  }

  @Test
  void aStepOnALostAgentCanBeRunAgain() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      fixture.tasks.script(_ -> true, Script.failing(1, "TASK_LOST", "agent removed"));
      assertThat(failure(StartRefused.class, of(platform(fixture))).needsOperator()).isFalse();
      awaitNone(fixture);
    }
  }

  @ParameterizedTest
  @CsvSource({"503, false", "403, false", "409, false", "401, true", "422, true", "404, true"})
  void aRefusedAppIsTriedAgainUnlessAnOperatorHasToAct(int status, boolean needsOperator)
      throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      TestInstaller installer = of(platform(fixture));
      fixture.marathon.faults().answer("POST /v2/apps", status, 1);

      // When
      StartRefused refused = failure(StartRefused.class, installer);

      // Then
      assertThat(refused.needsOperator()).isEqualTo(needsOperator);
      assertThat(refused.reason()).contains("Marathon");
    }
  }

  @Test
  void whileMarathonIsAwayTheStepWaitsForIt() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      TestInstaller installer = of(platform(fixture));
      fixture.marathon.faults().loseRequests(".*", Faults.ALWAYS);

      // When
      StartRefused away = failure(StartRefused.class, installer);

      // Then
      assertThat(away.needsOperator()).isFalse();
      assertThat(away.reason()).startsWith("waiting for Marathon: Marathon cannot be reached");
    }
  }

  @Test
  void aLostReplyToTheCreationCostsNothing() throws Exception {
    try (InstallerServer server = answering(wrote(Map.of("lock.json", LOCK)));
        MarathonFixture fixture = fixture(server)) {
      // Given
      TestInstaller installer = of(platform(fixture));
      fixture.marathon.faults().loseReplies("POST /v2/apps", 1);

      // When
      Path output = installer.lock("a");

      // Then
      assertThat(output.resolve("lock.json")).exists();
      assertThat(fixture.requests("POST /v2/apps")).isOne();
      awaitNone(fixture);
    }
  }

  @Test
  void aDeletionThatFailsIsTriedAgain() throws Exception {
    try (InstallerServer server = answering(wrote(Map.of("lock.json", LOCK)));
        MarathonFixture fixture = fixture(server)) {
      // Given
      TestInstaller installer = of(platform(fixture));
      fixture.marathon.faults().answer("DELETE /v2/apps/.*", 503, 2);
      fixture.marathon.faults().answer("DELETE /v2/apps/.*", 403, 1);

      // When
      installer.lock("a");

      // Then
      awaitNone(fixture);
    }
  }

  @Test
  void anInterruptDeletesTheAppWhetherItWaitsOrWorks() throws Exception {
    MockResponse silent =
        new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
    try (InstallerServer server = answering(silent);
        MarathonFixture working = fixture(server);
        MarathonFixture waiting = new MarathonFixture()) {
      waiting.tasks.script(_ -> true, Script.staging());
      for (MarathonFixture fixture : List.of(working, waiting)) {
        // Given
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread thread = of(platform(fixture)).hang(end);
        await()
            .atMost(MarathonFixture.PATIENCE)
            .untilAsserted(() -> assertThat(installers(fixture)).hasSize(1));
        if (fixture.equals(working)) {
          server.step();
        }

        // When
        thread.interrupt();
        thread.join();

        // Then
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        awaitNone(fixture);
      }
    }
  }

  @Test
  void theNextDeployerDeletesWhatAKilledOneLeftAndNothingElse() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given a function, an installer's app of a killed deployer, and one of another fob
      FunctionSpec spec = MarathonFixture.spec();
      MarathonPlatform first = fixture.platform();
      first.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);
      first.close();
      leave(fixture, "/fob/fn/i-0123456789abcdef", MarathonFixture.OWNER);
      leave(fixture, "/fob/fn/i-fedcba9876543210", "another");

      // When
      MarathonPlatform second = fixture.platform();
      second.retain(Set.of());

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(installers(fixture))
                  .extracting(app -> app.path("id").asText())
                  .containsExactly("/fob/fn/i-fedcba9876543210"));
      assertThat(fixture.app(spec)).isPresent();
    }
  }

  private static void leave(MarathonFixture fixture, String id, String owner) {
    String app =
        "{\"id\":\"%s\",\"labels\":{\"fob.owner\":\"%s\"},\"cmd\":\"sleep 9\"}"
            .formatted(id, owner);
    assertThat(fixture.request("POST", "/v2/apps", app).statusCode()).isEqualTo(201);
  }

  @Test
  void aRunningStepIsNotTakenForOneThatWasLeftAndEndsWithThePlatform() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      fixture.tasks.script(id -> id.startsWith("/fob/fn/i-"), Script.staging());
      MarathonPlatform platform = platform(fixture);
      AtomicReference<Exception> end = new AtomicReference<>();
      Thread thread = of(platform).hang(end);
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(installers(fixture)).hasSize(1));

      // When the platform lists the apps
      FunctionSpec spec = MarathonFixture.spec();
      platform.deploy(spec, MarathonFixture.CODE);
      fixture.awaitReady(spec);

      // Then
      assertThat(installers(fixture)).hasSize(1);

      // When the deployer ends
      thread.interrupt();
      platform.close();

      // Then
      assertThat(installers(fixture)).isEmpty();
      assertThat(thread.join(MarathonFixture.PATIENCE)).isTrue();
    }
  }

  @Test
  void anotherImageIsAnotherRuntime() throws IOException {
    try (MarathonFixture fixture = new MarathonFixture()) {
      MarathonConfig config =
          MarathonFixture.withImagePrefix(fixture.config(), "registry:5000/v2/");
      assertThat(platform(fixture, config).installer().orElseThrow().runtimeOf(PYTHON))
          .isEqualTo("marathon registry:5000/v2/fob-driver-python:latest");
    }
  }

  @Test
  void noFileIsLeft(@TempDir Path temporary) throws Exception {
    try (InstallerServer server = answering(wrote(Map.of("lock.json", LOCK)));
        MarathonFixture fixture = fixture(server)) {
      // Given
      MarathonPlatform platform =
          fixture.platform(
              fixture.config(), MarathonFixture.FAST, new InstallerConfig(SETTINGS, temporary));
      TestInstaller installer = of(platform);
      installer.lock("a");
      try (var steps = Files.list(installer.installer().directory())) {
        assertThat(steps).noneMatch(path -> path.getFileName().toString().startsWith("step-"));
      }

      // When
      platform.close();

      // Then
      assertThat(temporary).isEmptyDirectory();
    }
  }
}
