package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A name has numbered versions, leads to one or several of them, and no call fails meanwhile. */
@Timeout(240)
@ExtendWith(SharedFob.class)
class VersionsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String BROKEN = "def callme(:\n";

  private final SharedFob.Running running;
  private final FobClient fob;
  private final String name = "v-" + UUID.randomUUID();

  VersionsIT(SharedFob.Running running) {
    this.running = running;
    this.fob = running.client();
  }

  /** Code that returns the number that its version is to have. */
  private static String code(int version) {
    return "def callme():\n    print('this is', %d)\n    return %1$d\n".formatted(version);
  }

  private String deploy(int version, String... settings) {
    return deploy(fob, version, settings);
  }

  private String deploy(FobClient client, int version, String... settings) {
    return client.register("lang=python&name=" + name + String.join("", settings), code(version));
  }

  private Answer put(String json) {
    return put(fob, json);
  }

  private Answer put(FobClient client, String json) {
    return client.send("PUT", "/api/names/" + name, BodyPublishers.ofString(json));
  }

  private String weights(int... pairs) {
    List<String> members = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      members.add("\"%s@%d\":%d".formatted(name, pairs[i], pairs[i + 1]));
    }
    return "{" + String.join(",", members) + "}";
  }

  private static void assertOk(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  private JsonNode version(int number) {
    for (JsonNode each : fob.get("/api/names/" + name).json().path("versions")) {
      if (each.path("version").asInt() == number) {
        return each;
      }
    }
    throw new AssertionError("there is no version " + number);
  }

  private String called() {
    return fob.get("/api/call/" + name).at("/result");
  }

  private static void assertNoneFailed(Callers callers) {
    assertThat(callers.unanswered()).isEmpty();
    assertThat(callers.answers()).hasSizeGreaterThan(100).allSatisfy(VersionsIT::assertOk);
  }

  @Test
  void noCallByNameFailsDuringManyDeploymentsAndRollbacks() {
    // Given
    deploy(1);
    try (Callers callers = new Callers(fob, name)) {
      // When
      int versions = 1;
      for (int step = 1; step <= 20; step++) {
        if (step % 3 == 0) {
          assertOk(put(weights(versions - 1, 100)));
          assertThat(called()).isEqualTo(Integer.toString(versions - 1));
        } else {
          versions++;
          deploy(versions);
          String deployed = Integer.toString(versions);
          await().atMost(SOON).until(() -> called().equals(deployed));
        }
      }
      callers.stop();

      // Then
      assertNoneFailed(callers);
      assertThat(fob.get("/api/names/" + name).json().path("history")).hasSize(21);
    }
  }

  @Test
  void aRollbackStartsAStoppedVersionFirstAndNoCallFails() {
    // Given
    String old = deploy(1, "&keep=5s&" + HostProcesses.OWN_SANDBOX);
    deploy(2);
    await().atMost(SOON).until(() -> version(1).path("status").asText().equals("idle"));
    await().atMost(SOON).until(() -> HostProcesses.ofFunction(old).isEmpty());
    try (Callers callers = new Callers(fob, name)) {
      await().atMost(SOON).until(() -> callers.answers().size() > 50);

      // When
      Answer answer = put(weights(1, 100));
      assertThat(called()).isEqualTo("1");
      await().atMost(SOON).until(() -> callers.answers().size() > 150);
      callers.stop();

      // Then
      assertOk(answer);
      assertNoneFailed(callers);
      assertThat(answer.at("/history/0/by")).isEqualTo("anonymous");
      assertThat(answer.json().at("/history/0/weights")).hasToString(weights(1, 100));
      assertThat(HostProcesses.ofFunction(old)).isNotEmpty();
    }
  }

  @Test
  void aVersionThatFailsLeavesTheNameWhereItWas() {
    // Given
    deploy(1);

    // When
    Answer failed = fob.post("/api/gen?lang=python&name=" + name, BROKEN, "Prefer", "wait=50");

    // Then
    assertThat(failed.status()).isEqualTo(422);
    assertThat(called()).isEqualTo("1");
    assertThat(version(2).path("status").asText()).isEqualTo("failed");
    assertThat(version(2).path("weight").asInt()).isZero();
    assertThat(version(1).path("weight").asInt()).isEqualTo(100);
    Answer refused = put(weights(2, 100));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.at("/detail"))
        .contains(name + "@2 has failed, so the name cannot lead to it: SyntaxError");
    deploy(3);
    await().atMost(SOON).until(() -> called().equals("3"));
  }

  @Test
  void callsAreDividedByTheWeightsAtGatewaysAndInvokers() throws Exception {
    // Given
    deploy(1);
    deploy(2);

    // When
    assertOk(put(weights(1, 90, 2, 10)));

    // Then
    Map<String, Integer> results = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      results.merge(called(), 1, Integer::sum);
    }
    assertThat(results.keySet()).containsExactlyInAnyOrder("1", "2");
    assertThat(results.get("2")).as("10 % of 400").isBetween(15, 75);
    assertOk(put(weights(1, 50, 2, 50)));
    assertThat(fromKafka("fob.call", 60)).containsOnlyKeys("{\"result\":1}", "{\"result\":2}");
    assertThat(fromKafka("fob.async", 60)).containsOnlyKeys("{\"result\":1}", "{\"result\":2}");
    assertThat(fob.get("/api/meta/" + name).at("/version")).isEqualTo("2");
  }

  /** Calls the name that many times, and counts the replies, of which each call has one. */
  private Map<String, Integer> fromKafka(String topic, int calls) throws Exception {
    Map<String, Integer> replies = new HashMap<>();
    try (KafkaClient kafka = new KafkaClient(running.fob().bootstrapServers())) {
      String replyTo = kafka.newTopic();
      kafka.readFromNowOn(replyTo);
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, name, "{}");
        ids.add(UUID.randomUUID().toString());
        record.headers().add("fob-request-id", ids.getLast().getBytes(UTF_8));
        record.headers().add("fob-reply-to", replyTo.getBytes(UTF_8));
        kafka.send(record);
      }
      for (ConsumerRecord<String, String> reply : kafka.awaitReplies(ids)) {
        replies.merge(reply.value(), 1, Integer::sum);
      }
    }
    return replies;
  }

  @Test
  void anIdempotencyKeyStaysWithOneVersion() {
    // Given
    deploy(1);
    deploy(2);
    assertOk(put(weights(1, 50, 2, 50)));

    // When
    Map<String, Integer> results = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      Answer first = keyed("order-" + i);
      Answer again = keyed("order-" + i);

      // Then
      assertOk(first);
      assertThat(again.text()).isEqualTo(first.text());
      assertThat(again.header("Fob-Request-Id")).isEqualTo(first.header("Fob-Request-Id"));
      assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
      results.merge(first.at("/result"), 1, Integer::sum);
    }
    assertThat(results).containsOnlyKeys("1", "2");
  }

  private Answer keyed(String key) {
    return fob.post(
        "/api/call/" + name, "{}", "Content-Type", "application/json", "Idempotency-Key", key);
  }

  @Test
  void aVersionIsAcceptedWhereverAnIdIs() throws Exception {
    // Given
    String one = deploy(1, "&retries=0");
    Answer two = fob.post("/api/gen?lang=python&name=" + name, code(2), "Prefer", "wait=50");
    String old = name + "@1";

    // Then
    assertThat(two.at("/name")).isEqualTo(name);
    assertThat(two.at("/version")).isEqualTo("2");
    assertThat(fob.call(old, "{}").at("/result")).isEqualTo("1");
    assertThat(fob.result(fob.callAsync(old, "{}")).at("/result")).isEqualTo("1");
    assertThat(fob.get("/api/meta/" + old).at("/id")).isEqualTo(one);
    assertThat(fob.get("/api/meta/" + old).at("/version")).isEqualTo("1");
    assertThat(fob.get("/api/cs/" + old).text()).isEqualTo(code(1));
    await().atMost(SOON).until(() -> fob.get("/api/logs/" + old).text().contains("this is 1"));
    try (KafkaClient kafka = new KafkaClient(running.fob().bootstrapServers())) {
      kafka.readFromNowOn("fob.response");
      String id = UUID.randomUUID().toString();
      ProducerRecord<String, String> record = new ProducerRecord<>("fob.call", old, "{}");
      record.headers().add("fob-request-id", id.getBytes(UTF_8));
      kafka.send(record);
      assertThat(kafka.awaitReply(id).value()).isEqualTo("{\"result\":1}");
    }
    String dead = fob.callAsync(old, "{\"unknown\":1}");
    assertThat(fob.result(dead).status()).isEqualTo(422);
    assertThat(fob.get("/api/dead?function=" + old).at("/dead/0/id")).isEqualTo(dead);
    fob.post("/api/dead/" + dead + "/redrive", "");
    assertThat(fob.delete("/api/gen/" + old).status()).isEqualTo(204);
    assertThat(fob.get("/api/call/" + old).status()).isEqualTo(404);
    assertThat(called()).isEqualTo("2");
  }

  @Test
  void aVersionThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
    // Given
    deploy(1);
    deploy(2);
    String missing = name + "@9";
    String why = "there is no version 9 of '%s'; there are %1$s@2, %1$s@1".formatted(name);

    // Then
    for (String path : List.of("call", "meta", "cs", "logs")) {
      Answer answer = fob.get("/api/" + path + "/" + missing);
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.at("/detail")).startsWith(why);
    }
    assertThat(fob.delete("/api/gen/" + missing).at("/detail")).startsWith(why);
    try (KafkaClient kafka = new KafkaClient(running.fob().bootstrapServers())) {
      kafka.readFromNowOn("fob.response");
      String id = UUID.randomUUID().toString();
      ProducerRecord<String, String> record = new ProducerRecord<>("fob.call", missing, "{}");
      record.headers().add("fob-request-id", id.getBytes(UTF_8));
      kafka.send(record);
      ConsumerRecord<String, String> reply = kafka.awaitReply(id);
      assertThat(KafkaClient.header(reply, "fob-status")).isEqualTo("not-found");
      assertThat(reply.value()).contains(why);
    }
    Answer named = fob.post("/api/gen?lang=python&name=" + missing, code(3));
    assertThat(named.status()).isEqualTo(400);
    assertThat(named.at("/detail")).contains("there is no '@' in a name");
  }

  @Test
  void aNameIsShownChangedAndRemoved() {
    // Given
    String one = deploy(1);
    String two = deploy(2);

    // When
    Answer changed = put(weights(1, 60, 2, 40));

    // Then
    assertOk(changed);
    assertThat(changed.json()).isEqualTo(fob.get("/api/names/" + name).json());
    assertThat(changed.at("/versions/0/id")).isEqualTo(two);
    assertThat(changed.at("/versions/1/id")).isEqualTo(one);
    assertThat(changed.at("/versions/1/weight")).isEqualTo("60");
    assertThat(changed.at("/versions/1/status")).isEqualTo("ready");
    assertThat(fob.get("/api/names").json().path("names"))
        .extracting(each -> each.path("name").asText())
        .contains(name);
    assertThat(put(weights(1, 90)).at("/detail")).contains("the weights add up to 90");
    assertThat(put(weights(9, 100)).at("/detail")).contains("there is no " + name + "@9");
    assertThat(put("{\"other@1\":100}").status()).isEqualTo(422);
    assertThat(put("{}").status()).isEqualTo(400);
    assertThat(put("nonsense").status()).isEqualTo(400);
    assertThat(fob.get("/api/names/none-" + name).status()).isEqualTo(404);
    assertThat(fob.delete("/api/names/" + name).status()).isEqualTo(204);
    assertThat(fob.get("/api/names/" + name).status()).isEqualTo(404);
    assertThat(put(weights(1, 100)).status()).isEqualTo(404);
    for (String gone : List.of(name, one, two)) {
      assertThat(fob.get("/api/call/" + gone).status()).isEqualTo(404);
    }
    deploy(1);
    await().atMost(SOON).until(() -> version(1).path("status").asText().equals("ready"));
  }

  @Test
  void aRestartUndoesNoRollbackAndOnlyTheNewestVersionsStay(@TempDir Path folder) {
    // Given
    String first;
    try (FobProcess process = up(folder);
        FobClient client = process.awaitUp()) {
      first = deploy(client, 1);
      deploy(client, 2);
      assertOk(put(client, weights(1, 100)));
      process.kill();
    }

    // When
    try (FobProcess process = up(folder);
        FobClient client = process.awaitUp()) {
      await().atMost(SOON).until(() -> client.status(name + "@2").equals("ready"));

      // Then
      assertThat(client.get("/api/call/" + name).at("/result")).isEqualTo("1");
      assertThat(client.get("/api/names/" + name).at("/versions/1/weight")).isEqualTo("100");

      // When
      for (int version = 3; version <= 4; version++) {
        deploy(client, version, "&keep=5s&max-age=1s&timeout=1s");
      }
      String moved = client.register("lang=python&name=" + name, code(5));

      // Then
      await().atMost(SOON).until(() -> client.status(name).equals("ready"));
      await().atMost(SOON).until(() -> client.get("/api/meta/" + name + "@3").status() == 404);
      assertThat(client.get("/api/meta/" + moved).at("/version")).isEqualTo("5");
      assertThat(client.get("/api/call/" + first).at("/result"))
          .as("accepted calls may wait for it for an hour")
          .isEqualTo("1");
    }
  }

  private static FobProcess up(Path folder) {
    return FobProcess.start(
        folder,
        FobProcess.FOB,
        Map.of(),
        List.of(
            "up",
            "--port",
            "0",
            "--kafka-port",
            "0",
            "--data",
            folder.resolve("data").toString(),
            "--setting",
            "FOB_KEEP_VERSIONS=2"));
  }

  @Test
  void callsThatWereAcceptedByTheNameEndAtTheVersionThatItLedTo() {
    // Given
    deploy(1);
    List<String> accepted =
        IntStream.range(0, 20).mapToObj(_ -> fob.callAsync(name, "{}")).toList();

    // When
    deploy(2);

    // Then
    for (String id : accepted) {
      assertThat(fob.result(id).at("/result")).isEqualTo("1");
    }
  }
}
