package fob.standalone;

import static fob.standalone.InstallingFob.code;
import static fob.standalone.InstallingFob.made;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.LogReader;
import fob.bus.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of installed dependencies when they are lost, or not needed any more. */
@Timeout(240)
class LayersIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TOPIC = Topics.LAYERS.name();
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private InstallingFob installing;
  private String id;
  private String made;

  @BeforeEach
  void registerAFunction() throws Exception {
    installing = new InstallingFob();
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      id = client.register("", code("tiny"));
      made = made(client, id);
    }
  }

  @AfterEach
  void clean() throws IOException {
    installing.close();
  }

  /** Starts fob, waits until the function has been installed again, and returns its new result. */
  private String madeAnew() throws Exception {
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(made(client, id)).isNotEmpty().isNotEqualTo(made));
      return made(client, id);
    }
  }

  /** The layer that was made anew is kept like any other. */
  private void assertKept(String expected) throws Exception {
    installing.refuse("lock", "install");
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      await().atMost(SOON).untilAsserted(() -> assertThat(made(client, id)).isEqualTo(expected));
    }
  }

  @Test
  void anotherRuntimeGetsTheSameVersions() throws Exception {
    // When
    installing.requires("\"/bin/sh\"");
    installing.refuse("lock");

    // Then
    assertKept(madeAnew());
  }

  @Test
  void versionsAreChosenAgainWhereTheTopicIsLost() throws Exception {
    // When
    try (EmbeddedBroker broker = installing.startBroker();
        Bus bus = new Bus(BusSettings.of(broker.bootstrapServers()))) {
      makeAnew(bus);
    }

    // Then
    assertKept(madeAnew());
  }

  @Test
  void layersOfNobodyAreRemovedAtAStartAndNoOthers() throws Exception {
    // Given what a deployer left that was killed
    List<String> left = List.of("dead/1/0", "dead/1/1", "dead/1", "dying/2/0");
    try (EmbeddedBroker broker = installing.startBroker();
        Bus bus = new Bus(BusSettings.of(broker.bootstrapServers()));
        Producer<String, byte[]> producer = bus.producer()) {
      for (String key : left) {
        producer.send(new ProducerRecord<>(TOPIC, key, "x".getBytes(UTF_8))).get();
      }
    }

    // When
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url());
        Bus bus = new Bus(BusSettings.of(fob.bootstrapServers()))) {
      // Then
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(latest(bus))
                  .allSatisfy((key, record) ->
                      assertThat(record.value() == null).as(key).isEqualTo(left.contains(key))));
      assertThat(latest(bus)).hasSize(left.size() + 2);
      assertThat(made(client, id)).isEqualTo(made);
    }
  }

  /** Returns the last record of each key. */
  private static Map<String, ConsumerRecord<String, byte[]>> latest(Bus bus) {
    Map<String, ConsumerRecord<String, byte[]>> records = new LinkedHashMap<>();
    try (LogReader reader = bus.reader()) {
      reader.assign(List.of(PARTITION));
      reader.seekToBeginning(List.of(PARTITION));
      long end = reader.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
      while (reader.position(PARTITION) < end) {
        reader.poll(Duration.ofMillis(100)).forEach(record -> records.put(record.key(), record));
      }
    }
    return records;
  }

  private static void makeAnew(Bus bus) throws Exception {
    NewTopic topic = new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
    try (Admin admin = bus.admin()) {
      admin.deleteTopics(List.of(TOPIC)).all().get();
      await()
          .atMost(SOON)
          .until(() -> {
            try {
              admin.createTopics(List.of(topic)).all().get();
              return true;
            } catch (ExecutionException e) {
              assertThat(e).hasCauseInstanceOf(TopicExistsException.class);
              return false;
            }
          });
    }
  }
}
