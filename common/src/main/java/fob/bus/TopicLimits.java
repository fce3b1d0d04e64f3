package fob.bus;

import fob.bus.wire.Topic;
import fob.bus.wire.TopicPolicies;
import fob.bus.wire.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets limits on fob's topics, also on existing ones, so that no producer can harm the readers:
 *
 * <ul>
 *   <li>The broker sets the time of records. So a producer's clock does not matter.
 *   <li>The broker refuses a record that is too large when it is unpacked. Kafka's client would
 *       unpack all of it before fob could look at its size.
 *   <li>Segments have a size and an age, so that a restart reads what is live. A topic that has a
 *       value of its own keeps it.
 * </ul>
 */
final class TopicLimits {

  private static final Logger LOGGER = LoggerFactory.getLogger(TopicLimits.class);

  private static final Map<String, String> DATED_BY_THE_BROKER =
      Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");

  /** For brokers since 4.4, and the last patches of 4.1 to 4.3. */
  private static final Map<String, String> UNPACKED_SIZE =
      Map.of(
          TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG,
          Integer.toString(Topics.MAX_RECORD_BYTES));

  /**
   * For older brokers: they then unpack each batch themselves, and compare its size with
   * max.message.bytes.
   */
  private static final Map<String, String> UNPACKED =
      Map.of(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");

  private final Admin admin;

  TopicLimits(Admin admin) {
    this.admin = admin;
  }

  /**
   * @param actual the settings of every topic, by name
   */
  void ensure(List<Topic> topics, Map<String, Config> actual) throws InterruptedException {
    harden(actual);
    try {
      alter(segments(topics, actual));
    } catch (ExecutionException e) {
      LOGGER
          .atWarn()
          .log(
              "fob may not change its topics, so the segments of some are large and a start reads"
                  + " more than what is live: {}",
              String.valueOf(e.getCause()));
    }
  }

  private void harden(Map<String, Config> actual) throws InterruptedException {
    try {
      set(DATED_BY_THE_BROKER, actual);
      try {
        set(UNPACKED_SIZE, actual);
      } catch (ExecutionException unknown) {
        set(UNPACKED, actual);
      }
    } catch (ExecutionException e) {
      LOGGER
          .atWarn()
          .log(
              "fob may not change its topics, so records may be dated by their producers and unpack"
                  + " to any size; set {} and {} with kafka-configs: {}",
              DATED_BY_THE_BROKER,
              UNPACKED_SIZE,
              String.valueOf(e.getCause()));
    }
  }

  private void set(Map<String, String> wanted, Map<String, Config> actual)
      throws ExecutionException, InterruptedException {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    actual.forEach((topic, config) -> {
      List<AlterConfigOp> ops = new ArrayList<>();
      wanted.forEach((key, value) -> {
        ConfigEntry now = config.get(key);
        if (now == null || !value.equals(now.value())) {
          ops.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
        }
      });
      if (!ops.isEmpty()) {
        changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), ops);
      }
    });
    alter(changes);
  }

  /** What the topics lack that an earlier fob made; not what an operator has set. */
  static Map<ConfigResource, Collection<AlterConfigOp>> segments(
      List<Topic> topics, Map<String, Config> actual) {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (Topic topic : topics) {
      List<AlterConfigOp> ops = new ArrayList<>();
      topic
          .config()
          .forEach((key, value) -> {
            Config config = actual.get(topic.name());
            ConfigEntry now = config == null ? null : config.get(key);
            if (TopicPolicies.SEGMENTS.contains(key)
                && now != null
                && now.source() != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
              ops.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
            }
          });
      if (!ops.isEmpty()) {
        changes.put(TopicSetup.resource(topic), ops);
      }
    }
    return changes;
  }

  private void alter(Map<ConfigResource, Collection<AlterConfigOp>> changes)
      throws ExecutionException, InterruptedException {
    if (!changes.isEmpty()) {
      admin.incrementalAlterConfigs(changes).all().get();
    }
  }
}
