package fob.bus;

import fob.bus.wire.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that a write is on two brokers before fob believes it, where topics have three replicas or
 * more. With fewer, writes would fail whenever one broker is down.
 */
final class Replicas {

  private static final Logger LOGGER = LoggerFactory.getLogger(Replicas.class);
  private static final int ENOUGH = 3;
  private static final int REQUIRED = 2;

  private final Admin admin;

  Replicas(Admin admin) {
    this.admin = admin;
  }

  /** Requires two in-sync replicas of a topic that was just made, if it has three. */
  void requireTwo(Topic topic, CreateTopicsResult created) throws InterruptedException {
    try {
      Config config = TopicSetup.get(created.config(topic.name()));
      if (isWeak(TopicSetup.get(created.replicationFactor(topic.name())), config)) {
        var two =
            new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(REQUIRED));
        Map<ConfigResource, Collection<AlterConfigOp>> change =
            Map.of(
                TopicSetup.resource(topic),
                List.of(new AlterConfigOp(two, AlterConfigOp.OpType.SET)));
        TopicSetup.get(admin.incrementalAlterConfigs(change).all());
      }
    } catch (KafkaException e) {
      // The warning of this class says what it means.
      LOGGER.atWarn().addKeyValue("topic", topic.name()).log("not changed: {}", e.toString());
    }
  }

  /**
   * Says which topics lose writes when one broker is lost, although they have three replicas; empty
   * if there is none.
   *
   * @throws KafkaException if the broker does not answer in time, or refuses
   */
  Optional<String> warning(List<Topic> topics) throws InterruptedException {
    Map<String, TopicDescription> descriptions =
        TopicSetup.get(
            admin.describeTopics(topics.stream().map(Topic::name).toList()).allTopicNames());
    Map<ConfigResource, Config> configs =
        TopicSetup.get(
            admin.describeConfigs(topics.stream().map(TopicSetup::resource).toList()).all());
    Collection<String> weak = new TreeSet<>();
    for (Topic topic : topics) {
      TopicDescription description = descriptions.get(topic.name());
      Config config = configs.get(TopicSetup.resource(topic));
      if (description != null
          && config != null
          && isWeak(description.partitions().getFirst().replicas().size(), config)) {
        weak.add(topic.name());
      }
    }
    return warning(weak);
  }

  static Optional<String> warning(Collection<String> weak) {
    return weak.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "what fob has accepted may be lost with one broker, since these topics have 3 replicas"
                + " and min.insync.replicas=1: "
                + String.join(", ", weak)
                + ". Set min.insync.replicas=2 with kafka-configs");
  }

  static boolean isWeak(int replicas, Config config) {
    ConfigEntry required = config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    return replicas >= ENOUGH && required != null && Integer.parseInt(required.value()) < REQUIRED;
  }
}
