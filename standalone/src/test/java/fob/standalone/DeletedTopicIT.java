package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A topic that somebody deletes costs what was in it, and nothing else. */
@Timeout(180)
class DeletedTopicIT {

  private static final Pattern KAFKA = Pattern.compile("Kafka listens at ([^;\\s]+)");
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String RIGHT = "{\"result\":42}";

  @TempDir Path dir;

  private static void delete(FobProcess fob, String topic) throws Exception {
    Matcher kafka = KAFKA.matcher(fob.out());
    assertThat(kafka.find()).as(fob.toString()).isTrue();
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.group(1));
    try (Admin admin = Admin.create(settings)) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  private static void awaitServes(FobClient client, String id) {
    await().atMost(SOON).until(() -> client.get("/readyz").status() == 200);
    await().atMost(SOON).until(() -> client.get("/api/call/" + id).text().equals(RIGHT));
    assertThat(client.result(client.callAsync(id, "{}")).text()).isEqualTo(RIGHT);
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

  @ParameterizedTest
  @ValueSource(
      strings = {"fob.call", "fob.async", "fob.response", "fob.keys", "fob.dead", "fob.retry.1s"})
  void topicThatIsDeletedUnderARunningFobIsMadeAnew(String topic) throws Exception {
    // Given
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      String id = client.register("timeout=5s", Repository.example("helloworld.py"));
      assertThat(client.result(client.callAsync(id, "{}")).text()).isEqualTo(RIGHT);

      // When
      delete(fob, topic);

      // Then
      await().atMost(SOON).until(() -> fob.err().contains("were deleted"));
      awaitServes(client, id);
    }
  }
}
