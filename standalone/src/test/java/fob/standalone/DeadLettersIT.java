package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters belong to the invokers that own their partitions; gateways ask these. */
@Timeout(240)
class DeadLettersIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** Enough functions that each invoker gets some; the random id of a function decides which. */
  private static final int FUNCTIONS = 8;

  private static final String FAILS_ONCE =
      """
      calls = []
      def callme():
          calls.append(1)
          if len(calls) == 1:
              raise RuntimeError('not yet')
          return len(calls)
      """;

  private final Cluster cluster;

  DeadLettersIT(@TempDir Path dir) {
    this.cluster = new Cluster(dir);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void start() {
    cluster.start("deployer", "deployer");
    cluster.start("gateway", "gateway-1");
    cluster.start("gateway", "gateway-2");
    cluster.start("invoker", "invoker-1");
    cluster.start("invoker", "invoker-2");
    cluster.awaitReady("gateway-1", "gateway-2", "deployer", "invoker-1", "invoker-2");
    cluster.awaitDeployer("gateway-1");
  }

  private FobClient gateway(int number) {
    return cluster.client("gateway-" + number);
  }

  /** The ids of all letters, page by page. */
  private static List<String> ids(FobClient gateway, int limit) {
    List<String> ids = new ArrayList<>();
    String after = "";
    do {
      Answer page = gateway.get("/api/dead?limit=" + limit + after);
      assertThat(page.status()).as(page.toString()).isEqualTo(200);
      assertThat(page.json().path("total").asInt()).as(page.toString()).isEqualTo(FUNCTIONS);
      for (JsonNode letter : page.json().path("dead")) {
        ids.add(letter.path("id").asText());
      }
      after = page.at("/next").isEmpty() ? "" : "&after=" + page.at("/next");
    } while (!after.isEmpty());
    return ids;
  }

  @Test
  void lettersAreListedRedrivenAndDeletedWhicheverInvokerOwnsThem() throws Exception {
    // Given
    start();
    Map<String, String> functionOf = new LinkedHashMap<>();
    for (int i = 0; i < FUNCTIONS; i++) {
      String function = gateway(1).register("retries=0&concurrency=1", FAILS_ONCE);
      String id = gateway(1).callAsync(function, "");
      assertThat(gateway(1).result(id).status()).isEqualTo(500);
      functionOf.put(id, function);
    }
    List<String> newestFirst = List.copyOf(functionOf.keySet()).reversed();

    // Then
    assertThat(ids(gateway(1), 100)).isEqualTo(newestFirst);
    assertThat(ids(gateway(2), 3)).isEqualTo(newestFirst);
    Map.Entry<String, String> one = functionOf.entrySet().iterator().next();
    assertThat(gateway(2).get("/api/dead?function=" + one.getValue()).at("/dead/0/id"))
        .isEqualTo(one.getKey());
    assertThat(gateway(2).get("/api/dead?reason=timeout").json().path("total").asInt()).isZero();

    // When
    cluster.process("invoker-1").kill();
    long killed = System.nanoTime();
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(ids(gateway(1), 100)).isEqualTo(newestFirst));

    // Then
    System.out.printf(
        "kill -9 of an invoker to all dead letters: %d ms%n",
        Duration.ofNanos(System.nanoTime() - killed).toMillis());
    String deleted = newestFirst.getFirst();
    assertThat(gateway(2).delete("/api/dead/" + deleted).status()).isEqualTo(204);
    assertThat(gateway(1).get("/api/dead/" + deleted).status()).isEqualTo(404);
    for (String id : newestFirst.subList(1, FUNCTIONS)) {
      assertRedrivenOnceByBoth(id);
    }
    assertThat(gateway(2).get("/api/dead").json().path("total").asInt()).isZero();
  }

  /** Both gateways ask at the same time, and the owner makes one call. */
  private void assertRedrivenOnceByBoth(String id) throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Answer>> both =
          List.of(
              () -> gateway(1).post("/api/dead/" + id + "/redrive", ""),
              () -> gateway(2).post("/api/dead/" + id + "/redrive", ""));
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> answer : clients.invokeAll(both)) {
        answers.add(answer.get());
      }
      assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(202, 404);
      Answer accepted =
          answers.stream().filter(one -> one.status() == 202).findFirst().orElseThrow();
      assertThat(gateway(1).result(accepted.at("/id")).text()).isEqualTo("{\"result\":2}");
    }
  }

  @Test
  void withoutAnInvokerTheGatewaySaysSo() {
    // Given
    cluster.start("deployer", "deployer");
    cluster.start("gateway", "gateway-1");
    await()
        .atMost(SOON)
        .ignoreException(AssertionError.class)
        .until(() -> gateway(1).get("/api/stats").status() == 200);

    // When
    Answer answer = gateway(1).get("/api/dead");

    // Then
    assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
    assertThat(answer.at("/component")).isEqualTo("invoker");
    assertThat(answer.at("/detail"))
        .contains("the invokers of 16 of 16 partitions have not answered within 10 s");
    assertThat(gateway(1).get("/api/dead?after=7").at("/detail"))
        .isEqualTo("after='7': expected the 'next' of the page before");
    assertThat(gateway(1).get("/api/dead?limit=1001").at("/detail"))
        .isEqualTo("limit='1001': expected a whole number from 1 to 1000");
  }
}
