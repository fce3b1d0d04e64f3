package fob.bus;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Assigns partitions of one number, in all topics of a group, to one member. Such partitions are a
 * <em>shard</em>. Kafka's {@link CooperativeStickyAssignor} divides the shards, so the numbers of
 * two members differ by one at most, and few shards move. A partition that moves is given to nobody
 * until its owner has revoked it.
 *
 * <p>If a topic has more partitions than another, the surplus ones are shards of one partition. A
 * topic is read by those of its subscribers that subscribe to the most topics. So a member that
 * reads fewer topics than the others gets nothing, rather than a part of a shard.
 *
 * <p>Kafka makes an instance for each consumer; its thread uses it.
 */
public final class ShardAssignor implements ConsumerPartitionAssignor {

  /** The only topic of the group that {@link CooperativeStickyAssignor} sees. */
  private static final String SHARDS = "shards";

  /** Of all members alike, since {@link Claims} has settled already whose claims count. */
  private static final int GENERATION = 1;

  private static final Node[] NO_NODES = {};

  @Override
  public String name() {
    return "fob-shards";
  }

  @Override
  public List<RebalanceProtocol> supportedProtocols() {
    return List.of(RebalanceProtocol.COOPERATIVE);
  }

  @Override
  public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
    Map<String, Subscription> members = group.groupSubscription();
    Claims claims = Claims.of(members);
    Map<String, List<TopicPartition>> assigned = new HashMap<>();
    members.keySet().forEach(member -> assigned.put(member, new ArrayList<>()));
    readers(cluster, members)
        .forEach((readers, topics) -> {
          Map<String, Integer> partitions = new TreeMap<>();
          topics.forEach(topic -> partitions.put(topic, cluster.partitionCountForTopic(topic)));
          divide(partitions, subscriptions(readers, members), claims, assigned);
        });
    return new GroupAssignment(
        assigned.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, of -> new Assignment(of.getValue()))));
  }

  /** The members that read a topic, and all topics that the same members read. */
  private static Map<Set<String>, SortedSet<String>> readers(
      Cluster cluster, Map<String, Subscription> members) {
    SortedSet<String> topics = new TreeSet<>();
    members.values().forEach(member -> topics.addAll(member.topics()));
    topics.removeIf(topic -> cluster.partitionCountForTopic(topic) == null);
    Map<Set<String>, SortedSet<String>> readers = new HashMap<>();
    for (String topic : topics) {
      readers.computeIfAbsent(readersOf(topic, members), _ -> new TreeSet<>()).add(topic);
    }
    return readers;
  }

  private static Set<String> readersOf(String topic, Map<String, Subscription> members) {
    TreeMap<Integer, Set<String>> bySize = new TreeMap<>();
    members.forEach((name, member) -> {
      if (member.topics().contains(topic)) {
        bySize.computeIfAbsent(Set.copyOf(member.topics()).size(), _ -> new TreeSet<>()).add(name);
      }
    });
    return bySize.lastEntry().getValue();
  }

  private static Map<String, Subscription> subscriptions(
      Set<String> readers, Map<String, Subscription> members) {
    Map<String, Subscription> chosen = new HashMap<>(members);
    chosen.keySet().retainAll(readers);
    return chosen;
  }

  /**
   * Divides the shards of some topics.
   *
   * @param topics the number of partitions of each
   * @param readers all of the group's members that read these topics
   */
  private static void divide(
      Map<String, Integer> topics,
      Map<String, Subscription> readers,
      Claims claims,
      Map<String, List<TopicPartition>> assigned) {
    int shards = topics.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    Map<String, List<TopicPartition>> owned = new HashMap<>();
    for (int shard = 0; shard < shards; shard++) {
      int number = shard;
      topics.keySet().stream()
          .flatMap(topic -> claims.owner(new TopicPartition(topic, number)).stream())
          .filter(readers::containsKey)
          .findFirst()
          .ifPresent(owner ->
              owned
                  .computeIfAbsent(owner, _ -> new ArrayList<>())
                  .add(new TopicPartition(SHARDS, number)));
    }
    sticky(shards, readers, owned)
        .forEach((member, assignment) -> {
          for (TopicPartition shard : assignment.partitions()) {
            topics.forEach((topic, partitions) -> {
              TopicPartition partition = new TopicPartition(topic, shard.partition());
              if (shard.partition() < partitions && claims.mayGet(member, partition)) {
                assigned.computeIfAbsent(member, _ -> new ArrayList<>()).add(partition);
              }
            });
          }
        });
  }

  private static Map<String, Assignment> sticky(
      int shards, Map<String, Subscription> readers, Map<String, List<TopicPartition>> owned) {
    Map<String, Subscription> subscriptions = new HashMap<>();
    readers.forEach((name, member) -> {
      Subscription subscription =
          new Subscription(
              List.of(SHARDS),
              ByteBuffer.allocate(0),
              owned.getOrDefault(name, List.of()),
              GENERATION,
              Optional.empty());
      subscription.setGroupInstanceId(member.groupInstanceId());
      subscriptions.put(name, subscription);
    });
    List<PartitionInfo> partitions =
        IntStream.range(0, shards)
            .mapToObj(shard -> new PartitionInfo(SHARDS, shard, Node.noNode(), NO_NODES, NO_NODES))
            .toList();
    return new CooperativeStickyAssignor()
        .assign(
            new Cluster("", List.of(), partitions, Set.of(), Set.of()),
            new GroupSubscription(subscriptions))
        .groupAssignment();
  }
}
