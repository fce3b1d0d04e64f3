package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looking up results while the topics hold 200,000 records of other calls. */
@Timeout(120)
class ResultIT {

  private static final int RECORDS = 100_000;

  private static SharedFob.Running running;
  private static FobClient fob;

  @BeforeAll
  static void fillTheTopics() {
    running = SharedFob.Running.start();
    fob = running.client();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", running.fob().bootstrapServers(), "linger.ms", 20);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        String key = "other-" + i;
        var _ =
            producer.send(
                new ProducerRecord<>(
                    "fob.progress", key, "{\"state\":\"accepted\",\"attempt\":1}"));
        var _ = producer.send(new ProducerRecord<>("fob.response", key, "{\"result\":" + i + "}"));
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    running.close();
  }

  private static String uuid7(Instant time) {
    UUID random = UUID.randomUUID();
    return new UUID(time.toEpochMilli() << 16 | 0x7000, random.getLeastSignificantBits() | 1L << 63)
        .toString();
  }

  @Test
  void anIdThatWasNeverAcceptedIsNotFound() {
    for (int minutes : new int[] {0, 1, 10, 600}) {
      String id = uuid7(Instant.now().minus(Duration.ofMinutes(minutes)));
      Answer answer = fob.get("/api/result/" + id);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(404);
      assertThat(answer.at("/detail")).contains("?since=");
    }
  }

  @Test
  void acceptedCallIsFoundBesideFiftyLongSearches() throws Exception {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> searches = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String nobody = "/api/result/nobody-" + i;
        searches.add(clients.submit(() -> fob.get(nobody)));
      }

      // When
      String id = fob.callAsync(add, "{\"param1\":1,\"param2\":1}");
      Answer result = fob.result(id);

      // Then
      assertThat(result.text()).isEqualTo("{\"result\":2}");
      for (Future<Answer> each : searches) {
        assertThat(each.get().status()).as(each.get().toString()).isEqualTo(404);
      }
    }
  }

  @Test
  void manyClientsMayWaitForCallsThatRun() throws Exception {
    // Given
    String slow =
        fob.register(
            "concurrency=4", "import time\ndef callme():\n    time.sleep(2)\n    return 'late'\n");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(fob.callAsync(slow, ""));
    }
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      List<Future<Answer>> waiting = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String id = ids.get(i % ids.size());
        waiting.add(clients.submit(() -> fob.result(id)));
      }

      // Then
      for (Future<Answer> each : waiting) {
        assertThat(each.get().text()).isEqualTo("{\"result\":\"late\"}");
      }
    }
  }

  @Test
  void synchronousCallThatTakesLongCanBeLookedUpWhileItRuns() {
    // Given
    String slow =
        fob.register(
            "timeout=7s", "import time\ndef callme():\n    time.sleep(30)\n    return 'late'\n");

    // When
    Answer late = fob.call(slow, "{}");

    // Then
    assertThat(late.status()).as(late.toString()).isEqualTo(504);
    assertThat(fob.result(late.header("Fob-Request-Id")).status()).isEqualTo(504);
  }
}
