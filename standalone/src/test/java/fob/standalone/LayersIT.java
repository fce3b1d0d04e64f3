package fob.standalone;

import static fob.standalone.InstallingFob.code;
import static fob.standalone.InstallingFob.made;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.LogReader;
import fob.bus.wire.LayerWire;
import fob.bus.wire.Topics;
import fob.service.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.PolicyViolationException;
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

  /** How an archive begins. */
  private static final String GZIP = "\u001f\u008b\b";

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
  void theSameVersionsAreInstalledAgainWhereAPieceIsLost() throws Exception {
    // When
    try (EmbeddedBroker broker = installing.startBroker();
        Bus bus = new Bus(BusSettings.of(broker.bootstrapServers()))) {
      loseFirstPiece(bus);
    }
    installing.refuse("lock");

    // Then
    assertKept(madeAnew());
  }

  @Test
  void theSameVersionsAreInstalledAgainWhereTheBrokerHasDamagedAPiece() throws Exception {
    // When
    Path file = installing.recordsOf(TOPIC);
    byte[] records = Files.readAllBytes(file);
    records[new String(records, ISO_8859_1).indexOf(GZIP) + 50] ^= 1;
    Files.write(file, records);
    installing.refuse("lock");

    // Then
    assertKept(madeAnew());
  }

  @Test
  void aLayerIsUnpackedAgainWhereItsFilesAreLostAndMadeAgainWhereNothingIsLeft() throws Exception {
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url());
        Bus bus = new Bus(BusSettings.of(fob.bootstrapServers()))) {
      // Given
      await().atMost(SOON).untilAsserted(() -> assertThat(made(client, id)).isEqualTo(made));

      // When
      FileTree.delete(installing.unpacked());
      String second = client.register("", code("tiny") + "# second\n");

      // Then
      assertThat(made(client, second)).isEqualTo(made);

      // When
      FileTree.delete(installing.unpacked());
      loseFirstPiece(bus);
      String third = client.register("", code("tiny") + "# third\n");

      // Then
      assertThat(made(client, third)).isNotEmpty().isNotEqualTo(made);
    }
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

  /** Cuts off the start of the topic, up to the description of the only layer. */
  private static void loseFirstPiece(Bus bus) throws Exception {
    String described =
        latest(bus).keySet().stream()
            .filter(key -> LayerWire.archiveOf(key).equals(key))
            .findFirst()
            .orElseThrow();
    long offset = Objects.requireNonNull(latest(bus).get(described)).offset();
    try (Admin admin = bus.admin()) {
      policy(admin, "delete"); // else Kafka does not cut it off
      // The broker takes the policy up a little later than it acknowledges it.
      untilDone(
          PolicyViolationException.class,
          () -> admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(offset))).all());
      policy(admin, "compact");
    }
  }

  private static void policy(Admin admin, String policy) throws Exception {
    ConfigEntry entry = new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, policy);
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, TOPIC),
                List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private static void makeAnew(Bus bus) throws Exception {
    NewTopic topic = new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
    try (Admin admin = bus.admin()) {
      admin.deleteTopics(List.of(TOPIC)).all().get();
      untilDone(TopicExistsException.class, () -> admin.createTopics(List.of(topic)).all());
    }
  }

  /** Repeats a request as long as it is refused for this reason. */
  private static void untilDone(
      Class<? extends Exception> refusal, Supplier<KafkaFuture<Void>> request) {
    await()
        .atMost(SOON)
        .until(() -> {
          try {
            request.get().get();
            return true;
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(refusal);
            return false;
          }
        });
  }
}
