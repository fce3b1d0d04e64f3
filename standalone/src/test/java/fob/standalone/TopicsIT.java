package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.bus.TopicSetup.TopicsRefused;
import fob.bus.wire.Topic;
import fob.bus.wire.Topic.Split;
import fob.bus.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What fob makes of topics that are missing, or that an earlier fob or an operator has made. */
@Timeout(120)
class TopicsIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final short ONE_REPLICA = 1;

  @TempDir Path dir;

  private EmbeddedBroker broker;
  private Admin admin;
  private BusSettings settings;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.start(dir, "127.0.0.1", 0);
    settings = BusSettings.of(broker.bootstrapServers());
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterEach
  void stop() {
    admin.close();
    broker.close();
  }

  private void startFob(BusSettings with) throws InterruptedException {
    BusStart.connect(with).close();
  }

  /** As fob made topics before their segments had a size and an age. */
  private void make(Topic topic, int partitions, Map<String, String> own) throws Exception {
    Map<String, String> config = new HashMap<>(topic.config());
    config
        .keySet()
        .removeIf(key ->
            key.startsWith("segment.") || key.contains("compaction") || key.contains("dirty"));
    config.putAll(own);
    admin
        .createTopics(List.of(new NewTopic(topic.name(), partitions, ONE_REPLICA).configs(config)))
        .all()
        .get();
  }

  private int partitions(Topic topic) throws Exception {
    Map<String, TopicDescription> found =
        admin.describeTopics(List.of(topic.name())).allTopicNames().get();
    return Objects.requireNonNull(found.get(topic.name())).partitions().size();
  }

  private String setting(Topic topic, String key) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    var found = admin.describeConfigs(List.of(resource)).all().get();
    return Objects.requireNonNull(found.get(resource)).get(key).value();
  }

  @Test
  void topicsOfAnEarlierFobGetTheSegmentsThatNewOnesHave() throws Exception {
    // Given
    make(Topics.FUNCTIONS, 1, Map.of());
    make(Topics.RESPONSE, 16, Map.of());
    make(Topics.CODE, 1, Map.of("segment.bytes", "7000000"));

    // When
    startFob(settings);

    // Then
    for (Topic topic : List.of(Topics.FUNCTIONS, Topics.RESPONSE)) {
      for (String key : topic.config().keySet()) {
        awaitSetting(topic, key, String.valueOf(topic.config().get(key)));
      }
    }
    String lag = "max.compaction.lag.ms";
    awaitSetting(Topics.CODE, lag, String.valueOf(Topics.CODE.config().get(lag)));
    assertThat(setting(Topics.CODE, "segment.bytes")).as("the operator's").isEqualTo("7000000");
  }

  /** A broker knows a little later what the controller has confirmed. */
  private void awaitSetting(Topic topic, String key, String value) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(setting(topic, key)).as(topic.name() + " " + key).isEqualTo(value));
  }

  @Test
  void newTopicsHaveAsManyPartitionsAsTheSettingSays() throws Exception {
    // When
    startFob(settings.withPartitions(5));

    // Then
    for (Topic topic : Topics.ALL) {
      int expected = topic.split() == Split.MANY ? 5 : topic.partitions();
      assertThat(partitions(topic)).as(topic.name()).isEqualTo(expected);
    }
  }

  @Test
  void existingTopicsKeepTheirPartitionsAndNewOnesGetAsMany() throws Exception {
    // Given
    make(Topics.CALL, 3, Map.of());

    // When
    startFob(settings.withPartitions(5));

    // Then
    assertThat(partitions(Topics.CALL)).isEqualTo(3);
    assertThat(partitions(Topics.ASYNC)).isEqualTo(3);
    assertThat(partitions(Topics.RESPONSE)).isEqualTo(3);
  }

  @Test
  void keysAndDeadLettersOfAnEarlierFobGetAPartitionForEachOneOfTheCalls() throws Exception {
    // Given
    make(Topics.CALL, 3, Map.of());
    make(Topics.ASYNC, 3, Map.of());
    make(Topics.KEYS, 1, Map.of());
    make(Topics.DEAD, 1, Map.of());

    // When
    startFob(settings);
    startFob(settings);

    // Then
    await().atMost(SOON).until(() -> partitions(Topics.KEYS) == 3);
    await().atMost(SOON).until(() -> partitions(Topics.DEAD) == 3);
  }

  @Test
  void topicsOfCallsWithDifferentNumbersOfPartitionsAreRefusedUntilTheyAreEqual() throws Exception {
    // Given
    make(Topics.CALL, 2, Map.of());
    make(Topics.ASYNC, 4, Map.of());

    // When
    assertThatThrownBy(() -> startFob(settings))
        .isInstanceOf(TopicsRefused.class)
        .hasMessageContaining("kafka-topics --alter --topic fob.call --partitions 4");

    // Then
    admin.createPartitions(Map.of("fob.call", NewPartitions.increaseTo(4))).all().get();
    await().atMost(SOON).until(() -> partitions(Topics.CALL) == 4);
    startFob(settings);
  }
}
