package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a topic is deleted, only its records are lost. */
@Timeout(400)
class DeletedTopicIT {

  private static final Pattern KAFKA = Pattern.compile("Kafka listens at ([^;\\s]+)");
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String RIGHT = "{\"result\":42}";

  @TempDir Path dir;

  private static String servers(FobProcess fob) {
    Matcher kafka = KAFKA.matcher(fob.out());
    assertThat(kafka.find()).as(fob.toString()).isTrue();
    return kafka.group(1);
  }

  private static void delete(FobProcess fob, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers(fob)))) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  /** As somebody does who wants a topic to be empty. */
  private static void makeAnew(FobProcess fob, String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers(fob)))) {
      Topic topic =
          Topics.ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
      admin.deleteTopics(List.of(name)).all().get();
      var anew = new NewTopic(topic.name(), topic.partitions(), (short) -1).configs(topic.config());
      admin.createTopics(List.of(anew)).all().get();
    }
  }

  private static void awaitServes(FobClient client, String id) {
    await().atMost(SOON).until(() -> client.get("/readyz").status() == 200);
    await().atMost(SOON).until(() -> client.get("/api/call/" + id).text().equals(RIGHT));
    assertThat(client.result(client.callAsync(id, "{}")).text()).isEqualTo(RIGHT);
    String next = client.register("timeout=5s", Repository.example("helloworld.py"));
    assertThat(client.get("/api/call/" + next).text()).isEqualTo(RIGHT);
    assertThat(client.delete("/api/gen/" + next).status()).isEqualTo(204);
  }

  @Test
  void topicOfCallsThatWasDeletedIsServedAfterARestart() throws Exception {
    // Given
    String id;
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      id = client.register("timeout=5s", Repository.example("helloworld.py"));
      delete(fob, "fob.call");
      fob.kill();
    }

    // When
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {

      // Then
      awaitServes(client, id);
    }
  }

  /** All but that of the functions: what was in it is lost, and that are the functions. */
  private static List<String> topics() {
    return Topics.ALL.stream()
        .filter(topic -> !topic.equals(Topics.FUNCTIONS))
        .map(Topic::name)
        .toList();
  }

  @Test
  void topicsThatAreDeletedUnderARunningFobAreMadeAnew() throws Exception {
    // Given
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      String id = client.register("timeout=30s", Repository.example("helloworld.py"));
      awaitServes(client, id);
      for (String topic : topics()) {

        // When
        delete(fob, topic);

        // Then
        await()
            .atMost(SOON)
            .until(() -> fob.err().lines().anyMatch(line -> tellsOfDeletion(line, topic)));
        awaitServes(client, id);
      }
    }
  }

  private static boolean tellsOfDeletion(String line, String topic) {
    return line.contains("were deleted") && line.contains("[" + topic + "]");
  }

  /** Nothing of fob's has seen yet that there is another log, where its offsets mean others. */
  @ParameterizedTest
  @ValueSource(strings = {"fob.call", "fob.async"})
  void callsThatAreWrittenBeforeItIsSeenThatTheirTopicIsAnewAreRun(String topic) throws Exception {
    // Given
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      String id = client.register("timeout=30s", Repository.example("helloworld.py"));
      call(fob, topic, id, List.of("before-1", "before-2", "before-3"));
      awaitResults(client, List.of("before-1", "before-2", "before-3"));

      // When
      makeAnew(fob, topic);
      List<String> after = List.of("after-1", "after-2", "after-3", "after-4", "after-5");
      call(fob, topic, id, after);

      // Then
      awaitResults(client, after);
    }
  }

  private static void call(FobProcess fob, String topic, String id, List<String> requests)
      throws Exception {
    try (KafkaClient kafka = new KafkaClient(servers(fob))) {
      for (String request : requests) {
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, id, "{}");
        record.headers().add("fob-request-id", request.getBytes(UTF_8));
        kafka.send(record);
      }
    }
  }

  private static void awaitResults(FobClient client, List<String> requests) {
    for (String request : requests) {
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(client.get("/api/result/" + request).text()).as(request).isEqualTo(RIGHT));
    }
  }
}
