package fob.bus;

import fob.bus.wire.Topic;
import fob.bus.wire.Topic.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
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
  private final int many;
  private final Replicas replicas;

  /**
   * @param many how many partitions new topics get that are split into many; if such a topic exists
   *     already, they get its number
   */
  public TopicSetup(Admin admin, int many) {
    this.admin = admin;
    this.many = many;
    this.replicas = new Replicas(admin);
  }

  /**
   * @throws TopicsRefused if a topic exists with settings that fob cannot work with
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer in time, or
   *     refuses
   */
  public void ensure(List<Topic> topics) throws InterruptedException {
    Set<String> existing = get(admin.listTopics().names());
    List<Topic> missing =
        topics.stream().filter(topic -> !existing.contains(topic.name())).toList();
    if (!missing.isEmpty()) {
      create(missing, partitions(topics, existing));
    }
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

  /** As many as the topics have that exist: partitions of one number belong to one invoker. */
  private int partitions(List<Topic> topics, Set<String> existing) throws InterruptedException {
    Optional<String> one =
        topics.stream()
            .filter(topic -> topic.split() == Split.MANY)
            .map(Topic::name)
            .filter(existing::contains)
            .findFirst();
    return one.isEmpty()
        ? many
        : get(admin.describeTopics(List.of(one.get())).allTopicNames())
            .values()
            .iterator()
            .next()
            .partitions()
            .size();
  }

  private void create(List<Topic> missing, int many) throws InterruptedException {
    CreateTopicsResult created =
        admin.createTopics(
            missing.stream()
                .map(topic ->
                    new NewTopic(topic.name(), topic.partitions(many), BROKER_DEFAULT_REPLICATION)
                        .configs(topic.config()))
                .toList());
    for (Topic topic : missing) {
      try {
        get(Optional.ofNullable(created.values().get(topic.name())).orElseThrow());
        LOGGER.atInfo().addKeyValue("topic", topic.name()).log("created topic");
        replicas.requireTwo(topic, created);
      } catch (TopicExistsException raced) {
        LOGGER.atDebug().addKeyValue("topic", topic.name()).log("topic was created meanwhile");
      }
    }
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
    Map<String, Integer> partitions = new HashMap<>();
    for (Topic topic : topics) {
      TopicDescription description =
          Optional.ofNullable(descriptions.get(topic.name())).orElseThrow();
      Config config = Optional.ofNullable(configs.get(topic.name())).orElseThrow();
      partitions.put(topic.name(), description.partitions().size());
      problems.addAll(TopicProblems.of(topic, description.partitions().size(), config));
    }
    TopicProblems.unequal(partitions).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new TopicsRefused(problems);
    }
    ShardPartitions.ensure(admin, partitions);
    new TopicLimits(admin).ensure(topics, configs);
  }

  static ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }

  static <T> T get(KafkaFuture<T> future) throws InterruptedException {
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
              + ". Change them with kafka-configs or kafka-topics, or delete them to have fob create them.");
    }
  }
}
