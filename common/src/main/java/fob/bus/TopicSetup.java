package fob.bus;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates missing topics, and refuses topics whose settings fob cannot work with. Several services
 * may do so at the same time.
 */
public final class TopicSetup {

  private static final Logger LOGGER = LoggerFactory.getLogger(TopicSetup.class);
  private static final short BROKER_DEFAULT_REPLICATION = -1;

  private final Admin admin;

  public TopicSetup(Admin admin) {
    this.admin = admin;
  }

  /**
   * @throws TopicsRefused if a topic exists with settings that fob cannot work with
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer in time, or
   *     refuses
   */
  public void ensure(List<Topic> topics) throws InterruptedException {
    Set<String> existing = get(admin.listTopics().names());
    create(topics.stream().filter(topic -> !existing.contains(topic.name())).toList());
    check(topics);
  }

  /**
   * Creates topics that were deleted while fob ran. Their records are lost.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer in time, or
   *     refuses
   */
  void replaceMissing(List<Topic> topics) throws InterruptedException {
    var found = admin.describeTopics(topics.stream().map(Topic::name).toList()).topicNameValues();
    List<Topic> missing = new ArrayList<>();
    for (Topic topic : topics) {
      try {
        get(Optional.ofNullable(found.get(topic.name())).orElseThrow());
      } catch (UnknownTopicOrPartitionException e) {
        missing.add(topic);
      }
    }
    if (!missing.isEmpty()) {
      LOGGER
          .atError()
          .addKeyValue("topics", missing.stream().map(Topic::name).toList())
          .log("topics were deleted, and what was in them is lost: making them anew");
      ensure(topics);
    }
  }

  private void create(List<Topic> missing) throws InterruptedException {
    Map<String, KafkaFuture<Void>> creations =
        admin.createTopics(missing.stream().map(TopicSetup::newTopic).toList()).values();
    for (Topic topic : missing) {
      try {
        get(Optional.ofNullable(creations.get(topic.name())).orElseThrow());
        LOGGER.atInfo().addKeyValue("topic", topic.name()).log("created topic");
      } catch (TopicExistsException raced) {
        LOGGER.atDebug().addKeyValue("topic", topic.name()).log("topic was created meanwhile");
      }
    }
  }

  private static NewTopic newTopic(Topic topic) {
    return new NewTopic(topic.name(), topic.partitions(), BROKER_DEFAULT_REPLICATION)
        .configs(topic.config());
  }

  private void check(List<Topic> topics) throws InterruptedException {
    Map<String, TopicDescription> descriptions =
        get(admin.describeTopics(topics.stream().map(Topic::name).toList()).allTopicNames());
    Map<String, Config> configs =
        get(admin.describeConfigs(topics.stream().map(TopicSetup::resource).toList()).all())
            .entrySet()
            .stream()
            .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    List<String> problems = new ArrayList<>();
    for (Topic topic : topics) {
      TopicDescription description =
          Optional.ofNullable(descriptions.get(topic.name())).orElseThrow();
      Config config = Optional.ofNullable(configs.get(topic.name())).orElseThrow();
      problems.addAll(problems(topic, description.partitions().size(), value(config)));
    }
    if (!problems.isEmpty()) {
      throw new TopicsRefused(problems);
    }
    new TopicLimits(admin).ensure(configs);
  }

  static List<String> problems(Topic topic, int partitions, Function<String, String> actual) {
    List<String> problems = new ArrayList<>();
    if (topic.totallyOrdered() && partitions != 1) {
      problems.add(topic.name() + " has " + partitions + " partitions, it must have 1");
    }
    String policy = topic.config().getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "");
    String actualPolicy = actual.apply(TopicConfig.CLEANUP_POLICY_CONFIG);
    if (!policy.equals(actualPolicy)) {
      problems.add(topic.name() + " has cleanup.policy=" + actualPolicy + ", it must be " + policy);
    }
    long maxBytes = Long.parseLong(actual.apply(TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
    if (maxBytes < Topics.MAX_RECORD_BYTES) {
      problems.add(
          topic.name()
              + " has max.message.bytes="
              + maxBytes
              + ", it must be at least "
              + Topics.MAX_RECORD_BYTES);
    }
    return problems;
  }

  private static ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }

  private static Function<String, String> value(Config config) {
    return key ->
        Optional.ofNullable(config.get(key))
            .map(ConfigEntry::value)
            .orElseThrow(() -> new IllegalStateException("the broker does not tell " + key));
  }

  private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Topics exist that fob cannot work with. The message names each setting and its required value.
   */
  public static final class TopicsRefused extends RuntimeException {
    TopicsRefused(List<String> problems) {
      super(
          String.join("; ", problems)
              + ". Change them with kafka-configs, or delete them to have fob create them.");
    }
  }
}
