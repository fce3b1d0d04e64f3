package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.service.Sha256;
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

  /** Starts what a test needs besides gateways and invokers, and two of each. */
  private static void startTwoOfEach(Cluster cluster) {
    cluster.start("deployer", "deployer");
    for (String name : List.of("first", "second")) {
      cluster.start("invoker", name);
    }
    for (String name : List.of("one", "two")) {
      cluster.start("gateway", name);
    }
    cluster.awaitReady("one", "two", "first", "second");
    cluster.awaitDeployer("one");
  }

  /** Makes many requests with one key at both gateways at once, every other one asynchronous. */
  private static List<Answer> repeat(Cluster cluster, String function, String key)
      throws Exception {
    List<Future<Answer>> asked = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        FobClient client = cluster.client(i % 2 == 0 ? "one" : "two");
        List<String> headers =
            new ArrayList<>(List.of("Content-Type", "application/json", "Idempotency-Key", key));
        if (i % 4 > 1) {
          headers.addAll(List.of("Prefer", "respond-async"));
        }
        asked.add(
            clients.submit(() ->
                client.post(
                    "/api/call/" + function,
                    "{\"name\":\"" + key + "\"}",
                    headers.toArray(String[]::new))));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> each : asked) {
        answers.add(each.get());
      }
      return answers;
    }
  }

  private static void assertOneCall(List<Answer> answers, String result) {
    assertThat(answers)
        .allSatisfy(
            answer -> assertThat(answer.status()).as(answer.toString()).isIn(200, 202, 429));
    assertThat(answers.stream().filter(answer -> answer.status() == 200))
        .isNotEmpty()
        .allSatisfy(answer -> assertThat(answer.text()).isEqualTo(result));
    assertThat(
            answers.stream()
                .filter(answer -> answer.status() != 429)
                .map(answer -> answer.header("Fob-Request-Id"))
                .distinct())
        .hasSize(1);
  }

  @Test
  void oneKeyStaysOneCallWhenItsOwnerDiesAndWhenItsPartitionMoves() throws Exception {
    try (Cluster cluster = new Cluster(folder);
        KafkaClient kafka = new KafkaClient(cluster.bootstrapServers())) {
      // Given
      startTwoOfEach(cluster);
      String counter = cluster.client("one").register("concurrency=8", COUNTER);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> cluster.client("two").get("/api/meta/" + counter).status() == 200);

      // When: the claim and the end of the call are in the log
      kafka.readFromNowOn("fob.keys");
      assertOneCall(repeat(cluster, counter, "a"), "{\"result\":{\"name\":\"a\",\"calls\":1}}");
      kafka.awaitReplies(Sha256.of((counter + " a").getBytes(UTF_8)), 2);
      cluster.process("first").kill();

      // Then
      assertOneCall(repeat(cluster, counter, "a"), "{\"result\":{\"name\":\"a\",\"calls\":1}}");
      assertOneCall(repeat(cluster, counter, "b"), "{\"result\":{\"name\":\"b\",\"calls\":2}}");

      // When: its partition moves to a new one, whichever of the two had it
      cluster.start("invoker", "third");
      cluster.awaitReady("third");
      cluster.process("second").terminate();

      // Then
      for (String key : List.of("a", "b")) {
        int calls = key.equals("a") ? 1 : 2;
        assertOneCall(
            repeat(cluster, counter, key),
            "{\"result\":{\"name\":\"%s\",\"calls\":%d}}".formatted(key, calls));
      }
      assertOneCall(repeat(cluster, counter, "c"), "{\"result\":{\"name\":\"c\",\"calls\":3}}");
    }
  }
}
