package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway, a deployer and an invoker in processes of their own, with Apache Kafka in a container.
 */
@RequiresDocker
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaInContainerIT {

  private static final String CODE = Repository.example("helloworld.py");
  private static final String RIGHT = "{\"result\":42}";
  private static final Duration RECOVERED = Duration.ofSeconds(90);
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /** The time until the gateway is unready, with some more for a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private final BrokerContainer broker = new BrokerContainer();
  private final Cluster cluster;
  private FobClient fob;

  KafkaInContainerIT(@TempDir Path dir) {
    this.cluster = new Cluster(dir, broker.bootstrapServers());
  }

  @BeforeAll
  void start() {
    for (String service : List.of("deployer", "gateway", "invoker")) {
      cluster.start(service, service);
    }
    cluster.awaitReady("deployer", "gateway", "invoker");
    cluster.awaitDeployer("gateway");
    fob = cluster.client("gateway");
  }

  @AfterAll
  void stop() {
    cluster.close();
    broker.close();
  }

  @Test
  void functionIsRegisteredCalledAndRemoved() {
    // When
    String id = fob.register("name=sum", Repository.example("add.py"));

    // Then
    assertThat(fob.get("/api/call/" + id + "?param1:1,param2:1").text())
        .isEqualTo("{\"result\":2}");
    assertThat(fob.call("sum", "{\"param1\": 1, \"param2\": 41}").text()).isEqualTo(RIGHT);
    assertThat(fob.delete("/api/gen/" + id).status()).isEqualTo(204);
    assertThat(fob.get("/api/call/" + id).status()).isEqualTo(404);
  }

  @Test
  void everyCallIsAnsweredWhileTheBrokerCrashesAndNothingAcceptedIsLost() {
    // Given
    String id = fob.register("name=survivor&timeout=5s", CODE);
    List<String> accepted = new ArrayList<>(List.of(id));
    try (Callers callers = new Callers(fob, id)) {
      await().until(() -> callers.answers().size() > 50);
      accepted.add(fob.post("/api/gen?name=accepted-last", CODE).at("/id"));

      // When
      broker.kill();
      await().atMost(RECOVERED).until(() -> last(callers).status() != 200);
      broker.startAgain();
      long start = System.nanoTime();
      await().atMost(RECOVERED).until(() -> last(callers).status() == 200);
      Duration back = Duration.ofNanos(System.nanoTime() - start);
      System.out.println("start of a crashed broker to replies: " + back.toMillis() + " ms");
      accepted.add(fob.register("name=accepted-next", CODE));
      callers.stop();

      // Then
      assertThat(callers.unanswered()).isEmpty();
      assertThat(callers.answers()).allSatisfy(KafkaInContainerIT::assertRightOrTold);
      assertThat(last(callers).status()).isEqualTo(200);
    }
    assertServes(accepted);
    assertServes(List.of("survivor", "accepted-last", "accepted-next"));
    assertThat(fob.get("/api/stats").json().at("/functions"))
        .map(node -> node.asText())
        .containsSubsequence(accepted);
  }

  @Test
  void callsOfABrokerThatHangsAreToldSoByTheirDeadline() {
    // Given
    String id = fob.register("name=patient&timeout=5s", CODE);
    assertServes(List.of(id));
    List<Answer> during = new ArrayList<>();

    // When
    broker.pause();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 3; round++) {
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          calls.add(CompletableFuture.supplyAsync(() -> fob.get("/api/call/" + id), clients));
        }
        calls.forEach(call -> during.add(call.join()));
      }
    } finally {
      broker.unpause();
    }

    // Then
    assertThat(during).allSatisfy(KafkaInContainerIT::assertTold);
    await().atMost(RECOVERED).until(() -> fob.get("/api/call/" + id).status() == 200);
    assertServes(List.of(id, "patient", fob.register("", CODE)));
  }

  private void assertServes(List<String> functions) {
    assertThat(functions)
        .allSatisfy(function ->
            await()
                .atMost(RECOVERED)
                .untilAsserted(
                    () -> assertThat(fob.get("/api/call/" + function).text()).isEqualTo(RIGHT)));
  }

  private static Answer last(Callers callers) {
    return callers.answers().getLast();
  }

  private static void assertRightOrTold(Answer answer) {
    if (answer.status() == 200) {
      assertThat(answer.text()).isEqualTo(RIGHT);
    } else {
      assertTold(answer);
    }
  }

  private static void assertTold(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isIn(503, 504);
    assertThat(answer.at("/reason")).isIn("bus-unavailable", "no-reply", "expired");
    assertThat(answer.at("/detail")).isNotEmpty();
    assertThat(answer.took()).as(answer.toString()).isLessThan(DEADLINE.plus(SLACK));
  }
}
