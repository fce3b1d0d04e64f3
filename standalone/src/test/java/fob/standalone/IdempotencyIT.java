package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests with one key are one call, at all gateways and also when a gateway restarts. */
@Timeout(180)
class IdempotencyIT {

  private static final String COUNTER =
      """
      import time
      calls = []
      def callme(name='nobody'):
          calls.append(name)
          time.sleep(0.3)
          return {'name': name, 'calls': len(calls)}
      """;

  @TempDir Path folder;

  private static Answer call(FobClient client, String function, String key, String json) {
    return client.post(
        "/api/call/" + function, json, "Content-Type", "application/json", "Idempotency-Key", key);
  }

  @Test
  void oneKeyIsOneCallAtTwoGatewaysAtOnceAndAfterARestart() throws Exception {
    try (Cluster cluster = new Cluster(folder);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      cluster.start("deployer", "deployer");
      cluster.start("invoker", "invoker");
      cluster.start("gateway", "one");
      cluster.start("gateway", "two");
      cluster.awaitReady("one", "two", "invoker");
      cluster.awaitDeployer("one");
      String counter = cluster.client("one").register("concurrency=8", COUNTER);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> cluster.client("two").get("/api/meta/" + counter).status() == 200);
      String key = UUID.randomUUID().toString();

      // When
      List<Future<Answer>> asked = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        FobClient client = cluster.client(i % 2 == 0 ? "one" : "two");
        asked.add(clients.submit(() -> call(client, counter, key, "{\"name\":\"ada\"}")));
      }

      // Then
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> each : asked) {
        answers.add(each.get());
      }
      assertThat(answers)
          .allSatisfy(answer ->
              assertThat(answer.text()).isEqualTo("{\"result\":{\"name\":\"ada\",\"calls\":1}}"));
      assertThat(answers.stream().map(answer -> answer.header("Fob-Request-Id")).distinct())
          .hasSize(1);
      assertThat(answers.stream().map(answer -> answer.header("Idempotency-Replayed")))
          .containsOnlyOnce("false");

      // When
      cluster.process("two").kill();
      cluster.start("gateway", "three");
      cluster.awaitReady("three");
      Answer later = call(cluster.client("three"), counter, key, "{\"name\":\"ada\"}");

      // Then
      assertThat(later.text()).isEqualTo("{\"result\":{\"name\":\"ada\",\"calls\":1}}");
      assertThat(later.header("Idempotency-Replayed")).isEqualTo("true");
      assertThat(call(cluster.client("three"), counter, key, "{\"name\":\"bob\"}").status())
          .isEqualTo(422);
      assertThat(call(cluster.client("three"), counter, "other", "{\"name\":\"bob\"}").text())
          .contains("\"calls\":2");
      assertThat(call(cluster.client("three"), counter, "two words", "{}").status()).isEqualTo(400);

      // When
      List<Answer> accepted = new ArrayList<>();
      for (String gateway : List.of("one", "three")) {
        accepted.add(
            cluster
                .client(gateway)
                .post(
                    "/api/call/" + counter,
                    "{\"name\":\"eve\"}",
                    "Content-Type",
                    "application/json",
                    "Idempotency-Key",
                    "for-later",
                    "Prefer",
                    "respond-async"));
      }

      // Then
      assertThat(accepted).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(202));
      assertThat(accepted.stream().map(answer -> answer.at("/id")).distinct()).hasSize(1);
      Answer result = cluster.client("three").result(accepted.getFirst().at("/id"));
      assertThat(result.text()).isEqualTo("{\"result\":{\"name\":\"eve\",\"calls\":3}}");
    }
  }
}
