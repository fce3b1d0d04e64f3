package fob.bus.loop;

import fob.bus.Bus;
import fob.bus.Group;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka how much work waits in the topics that fob's groups read, and which invoker has which
 * partitions. Thread-safe: one question at a time.
 */
public final class BusStatus implements AutoCloseable {

  /** The longest that one answer of Kafka may take; there are some of them. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final List<Group> GROUPS = List.of(Group.SHARDS, Group.RETRY, Group.REGISTRATIONS);

  private final Admin admin;
  private final OldestRecords oldest;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * A topic that a group reads.
   *
   * @param lag how many records are not done; those that run now are among them
   * @param oldest the age of the oldest of them; zero if there are none
   */
  public record TopicStatus(String name, int partitions, long lag, Duration oldest) {}

  /**
   * An invoker.
   *
   * @param shards the partitions of {@code fob.call} and {@code fob.async} that it reads
   */
  public record Member(String id, String address, List<Integer> shards) {}

  /** What Kafka has told. */
  public record Seen(List<TopicStatus> topics, List<Member> invokers) {}

  public BusStatus(Bus bus) {
    this.admin = bus.admin();
    this.oldest = new OldestRecords(bus.searcher());
  }

  /**
   * Asks. Blocks for some seconds at most.
   *
   * @throws KafkaException if Kafka does not answer, or another thread asks for too long
   */
  public Seen ask() throws InterruptedException {
    if (!lock.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new KafkaException("another question to Kafka takes too long");
    }
    try {
      List<TopicStatus> topics = new ArrayList<>();
      for (Group group : GROUPS) {
        topics.addAll(topics(group));
      }
      return new Seen(topics, invokers());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns how many records were ever written to a topic: it grows with each. Blocks for some
   * seconds at most.
   *
   * @throws KafkaException if Kafka does not answer
   */
  public long written(Topic topic) throws InterruptedException {
    return offsets(partitions(List.of(topic)), OffsetSpec.latest()).values().stream()
        .mapToLong(end -> end)
        .sum();
  }

  private List<TopicPartition> partitions(Collection<Topic> topics) throws InterruptedException {
    var described = admin.describeTopics(topics.stream().map(Topic::name).toList());
    return get(described.allTopicNames()).values().stream()
        .flatMap(topic ->
            topic.partitions().stream().map(p -> new TopicPartition(topic.name(), p.partition())))
        .toList();
  }

  private List<TopicStatus> topics(Group group) throws InterruptedException {
    List<TopicPartition> all = partitions(group.topics());
    Map<TopicPartition, Long> ends = offsets(all, OffsetSpec.latest());
    Map<TopicPartition, Long> starts = offsets(all, OffsetSpec.earliest());
    Map<TopicPartition, OffsetAndMetadata> commits = commits(group);
    Map<TopicPartition, Long> undone = new HashMap<>();
    Map<TopicPartition, Long> first = new HashMap<>();
    for (TopicPartition partition : all) {
      UndoneRecords waiting =
          UndoneRecords.of(
              commits.get(partition),
              starts.getOrDefault(partition, 0L),
              ends.getOrDefault(partition, 0L));
      undone.put(partition, waiting.count());
      if (waiting.count() > 0) {
        first.put(partition, waiting.first());
      }
    }
    Map<String, Instant> written = oldest.written(first);
    Instant now = Instant.now();
    return group.topics().stream()
        .map(Topic::name)
        .map(name -> {
          Duration age = Duration.between(written.getOrDefault(name, now), now);
          return new TopicStatus(
              name,
              (int) all.stream().filter(partition -> partition.topic().equals(name)).count(),
              all.stream()
                  .filter(partition -> partition.topic().equals(name))
                  .mapToLong(partition -> undone.getOrDefault(partition, 0L))
                  .sum(),
              age.isNegative() ? Duration.ZERO : age);
        })
        .toList();
  }

  private Map<TopicPartition, Long> offsets(Collection<TopicPartition> of, OffsetSpec which)
      throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin.listOffsets(of.stream().collect(Collectors.toMap(one -> one, _ -> which))).all())
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  private Map<TopicPartition, OffsetAndMetadata> commits(Group group) throws InterruptedException {
    var asked = Map.of(group.name(), new ListConsumerGroupOffsetsSpec());
    Map<TopicPartition, OffsetAndMetadata> commits =
        new HashMap<>(
            get(admin.listConsumerGroupOffsets(asked).partitionsToOffsetAndMetadata(group.name())));
    commits.values().removeIf(commit -> commit == null);
    return commits;
  }

  private List<Member> invokers() throws InterruptedException {
    var described = admin.describeConsumerGroups(List.of(Group.SHARDS.name())).describedGroups();
    Collection<MemberDescription> members;
    try {
      members = get(described.get(Group.SHARDS.name())).members();
    } catch (GroupIdNotFoundException none) {
      return List.of();
    }
    return members.stream()
        .map(member ->
            new Member(
                member.groupInstanceId().orElse(member.consumerId()),
                member.host().replaceFirst("^/", ""),
                member.assignment().topicPartitions().stream()
                    .filter(partition -> partition.topic().equals(Topics.CALL.name()))
                    .map(TopicPartition::partition)
                    .sorted()
                    .toList()))
        .sorted(Comparator.comparing(Member::id))
        .toList();
  }

  private static <T> T get(@Nullable KafkaFuture<T> answer) throws InterruptedException {
    try {
      return Objects.requireNonNull(answer).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("Kafka gave no answer within %d s".formatted(PATIENCE.toSeconds()));
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
    oldest.close();
  }
}
