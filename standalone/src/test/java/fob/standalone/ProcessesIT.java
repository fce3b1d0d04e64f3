package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills processes of two gateways, a deployer and two invokers. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessesIT {

  private static final String CODE = Repository.example("helloworld.py");
  private static final String RIGHT = "{\"result\":42}";

  /** Enough functions that each invoker gets some; the random id of a function decides which. */
  private static final int FUNCTIONS = 6;

  private final List<String> functions = new ArrayList<>();
  private final Cluster cluster;

  ProcessesIT(@TempDir Path dir) {
    this.cluster = new Cluster(dir);
  }

  @BeforeAll
  void start() {
    cluster.start("deployer", "deployer");
    cluster.start("gateway", "gateway-1");
    cluster.start("gateway", "gateway-2");
    cluster.start("invoker", "invoker-1");
    cluster.start("invoker", "invoker-2");
    cluster.awaitReady("gateway-1", "gateway-2", "deployer", "invoker-1", "invoker-2");
    cluster.awaitDeployer("gateway-1");
    for (int i = 0; i < FUNCTIONS; i++) {
      functions.add(cluster.client("gateway-1").register("name=bird-" + i, CODE));
    }
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void functionRegisteredAtOneGatewayIsServedByBoth() {
    // When
    String id = cluster.client("gateway-1").register("name=shared", CODE);

    // Then
    for (String gateway : List.of("gateway-1", "gateway-2")) {
      FobClient client = cluster.client(gateway);
      await().untilAsserted(() -> assertThat(client.status(id)).isEqualTo("ready"));
      await().untilAsserted(() -> assertThat(client.status("shared")).isEqualTo("ready"));
      assertThat(client.get("/api/call/" + id).text()).isEqualTo(RIGHT);
      assertThat(client.get("/api/call/shared").text()).isEqualTo(RIGHT);
      assertThat(client.get("/api/cs/" + id).text()).isEqualTo(CODE);
    }
  }

  @Test
  void killedInvokerIsReplacedWithinTenSecondsAndEveryCallIsAnswered() {
    // Given
    Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> streams =
          functions.stream()
              .map(id -> CompletableFuture.runAsync(() -> callUntil(stop, id, answers), callers))
              .toList();
      await().until(() -> answers.size() > 20 * FUNCTIONS);

      // When
      cluster.process("invoker-1").kill();
      long killed = System.nanoTime();
      functions.forEach(this::assertServedByBothGateways);
      Duration back = Duration.ofNanos(System.nanoTime() - killed);
      stop.set(true);
      streams.forEach(CompletableFuture::join);

      // Then
      System.out.println("kill -9 of an invoker to replies for all: " + back.toMillis() + " ms");
      assertThat(back).isLessThan(Duration.ofSeconds(10));
      assertThat(answers).extracting(Answer::status).containsOnly(200);
    }
    cluster.start("invoker", "invoker-1");
    cluster.awaitReady("invoker-1");
  }

  @Test
  void killedGatewayLeavesTheOtherServing() {
    // When
    cluster.process("gateway-1").kill();

    // Then
    FobClient other = cluster.client("gateway-2");
    assertThat(functions)
        .allSatisfy(id -> assertThat(other.get("/api/call/" + id).text()).isEqualTo(RIGHT));
    String id = other.register("", CODE);
    assertThat(other.get("/api/call/" + id).text()).isEqualTo(RIGHT);
    cluster.start("gateway", "gateway-1");
    cluster.awaitReady("gateway-1");
    assertThat(cluster.client("gateway-1").get("/api/call/" + id).text()).isEqualTo(RIGHT);
  }

  @Test
  void killedDeployerTakesItsSandboxesAlongAndBringsThemBack() {
    // Given
    Set<ProcessHandle> sandboxes = cluster.process("deployer").descendants();
    cluster.process("deployer").kill();
    await().until(() -> sandboxes.stream().noneMatch(ProcessHandle::isAlive));
    assertNobodyVouchesFor(functions.getFirst());

    // When
    cluster.start("deployer", "deployer");
    long start = System.nanoTime();

    // Then
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(functions)
                .allSatisfy(id ->
                    assertThat(cluster.client("gateway-2").get("/api/call/" + id).text())
                        .isEqualTo(RIGHT)));
    Duration back = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("restart of a killed deployer to replies: " + back.toMillis() + " ms");
    assertThat(sandboxes).hasSizeGreaterThanOrEqualTo(2 * FUNCTIONS);
  }

  private void assertNobodyVouchesFor(String id) {
    FobClient client = cluster.client("gateway-2");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(client.status(id)).isEqualTo("unknown"));
    assertThat(client.get("/api/meta/" + id).at("/reason"))
        .contains("no active deployer has been heard of", "instances end with their deployer");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertProblem(client.get("/api/call/" + id), 503, "platform", "platform-away"));
  }

  @Test
  void everyBadVariableIsToldAtOnce(@TempDir Path folder) {
    // Given
    Map<String, String> environment =
        Map.of(
            "FOB_PORT", "http",
            "FOB_DRIVERS", "/nonexistent",
            "FOB_KAFKA_BOOTSTRAP_SERVERS", "nohost",
            "FOB_MAX_PENDING", "what another service reads is its own business",
            "FOB_PLATFROM", "docker");

    // When
    try (FobProcess deployer =
        FobProcess.start(folder, "fob.deployer.Main", environment, List.of())) {

      // Then
      assertThat(deployer.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
      assertThat(deployer.err().lines())
          .hasSize(4)
          .allSatisfy(line -> assertThat(line).startsWith("fob deployer: FOB_"))
          .anySatisfy(line -> assertThat(line).contains("FOB_PORT='http'", "0 to 65535"))
          .anySatisfy(line -> assertThat(line).contains("FOB_DRIVERS='/nonexistent'"))
          .anySatisfy(line ->
              assertThat(line).contains("FOB_KAFKA_BOOTSTRAP_SERVERS='nohost'", "host:port"))
          .anySatisfy(
              line -> assertThat(line).contains("FOB_PLATFROM: there is no", "mean FOB_PLATFORM?"));
      assertThat(deployer.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "deployer", "invoker"})
  void serviceListsItsSettingsAndRefusesArguments(String service, @TempDir Path folder) {
    // When
    String main = "fob." + service + ".Main";
    try (FobProcess help = FobProcess.start(folder, main, Map.of(), List.of("--help"));
        FobProcess wrong = FobProcess.start(folder, main, Map.of(), List.of("--port", "1"))) {

      // Then
      assertThat(help.awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(help.out()).contains("Usage: fob " + service, "FOB_PORT (default: 999");
      assertThat(help.err()).isEmpty();
      assertThat(wrong.awaitExit(Duration.ofSeconds(30))).isEqualTo(2);
      assertThat(wrong.err()).contains("unknown argument '--port'", "--help").hasLineCount(1);
      assertThat(wrong.out()).isEmpty();
    }
  }

  private void callUntil(AtomicBoolean stop, String id, Queue<Answer> answers) {
    for (int i = 0; !stop.get(); i++) {
      answers.add(cluster.client("gateway-" + (1 + i % 2)).get("/api/call/" + id));
    }
  }

  private void assertServedByBothGateways(String id) {
    for (String gateway : List.of("gateway-1", "gateway-2")) {
      assertThat(cluster.client(gateway).get("/api/call/" + id).text()).isEqualTo(RIGHT);
    }
  }
}
