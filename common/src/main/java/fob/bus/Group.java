package fob.bus;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A consumer group: the members share the partitions of its topics. If there are several topics,
 * partitions of one number belong to one member.
 *
 * @param name of the Kafka consumer group
 * @param topics at least one
 * @param members the service that the members belong to, for messages
 * @param earlier for the name of a topic, the group that read it in earlier versions of fob
 */
public record Group(String name, List<Topic> topics, String members, Map<String, String> earlier) {

  /**
   * The calls. One invoker has both topics' partitions of a number, so it sees all calls of a
   * function.
   */
  public static final Group SHARDS =
      new Group(
          "fob.shards",
          List.of(Topics.CALL, Topics.ASYNC),
          "invoker",
          Map.of(Topics.CALL.name(), "fob.invoker", Topics.ASYNC.name(), "fob.invoker.async"));

  /** The delay tiers. In earlier versions each tier had a group, of the same name. */
  public static final Group RETRY =
      new Group(
          "fob.retry",
          Topics.RETRY.stream().map(Topics.Tier::topic).toList(),
          "invoker",
          Topics.RETRY.stream()
              .map(tier -> tier.topic().name())
              .collect(Collectors.toMap(Function.identity(), Function.identity())));

  public static final Group REGISTRATIONS = new Group("fob.deployer", Topics.GEN, "deployer");

  public Group {
    topics = List.copyOf(topics);
    earlier = Map.copyOf(earlier);
  }

  /** A group that reads one topic, and did so in earlier versions. */
  public Group(String name, Topic topic, String members) {
    this(name, List.of(topic), members, Map.of());
  }

  /** The names of the topics, for messages. */
  String readsWhat() {
    return topics.stream().map(Topic::name).collect(Collectors.joining(" and "));
  }
}
