package fob.bench;

import fob.bus.Bus;
import fob.bus.Group;
import fob.bus.wire.Topics;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka which invokers have which partitions, and what they have committed. Thread-safe. */
final class Shards implements AutoCloseable {

  private static final String TOPIC = Topics.CALL.name();
  private static final Duration POLL = Duration.ofMillis(20);

  private final Bus bus;
  private final Admin admin;

  Shards(Bus bus) {
    this.bus = bus;
    this.admin = bus.admin();
  }

  /**
   * What is committed of a partition.
   *
   * @param behind the records from the committed offset to the end of the partition
   * @param bytes the size of the commit's metadata: the topic's id, and what is unfinished
   */
  record Commit(long behind, int bytes) {}

  /** Returns what is committed of a partition of {@code fob.call}. */
  Commit commit(int partition) throws ExecutionException, InterruptedException {
    TopicPartition calls = new TopicPartition(TOPIC, partition);
    Map<TopicPartition, OffsetAndMetadata> commits =
        admin.listConsumerGroupOffsets(Group.SHARDS.name()).partitionsToOffsetAndMetadata().get();
    OffsetAndMetadata commit = commits.getOrDefault(calls, new OffsetAndMetadata(0));
    long end =
        admin.listOffsets(Map.of(calls, OffsetSpec.latest())).partitionResult(calls).get().offset();
    return new Commit(end - commit.offset(), commit.metadata().length());
  }

  /**
   * Waits until so many invokers share all partitions of {@code fob.call}.
   *
   * @return how long that took
   * @throws IOException if they do not within {@code patience}
   */
  Duration awaitShared(int invokers, Duration patience)
      throws IOException, ExecutionException, InterruptedException {
    int partitions = bus.partitions(Group.SHARDS.topics()).getOrDefault(TOPIC, 0);
    long start = System.nanoTime();
    List<Set<Integer>> owned = owned();
    while (!areShared(owned, invokers, partitions)) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new IOException(
            "%d invokers do not share the %d partitions of %s after %d s, but have %s"
                .formatted(invokers, partitions, TOPIC, patience.toSeconds(), owned));
      }
      Threads.pause(POLL);
      owned = owned();
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** The numbers of the partitions of {@code fob.call} that each member of the group has. */
  private List<Set<Integer>> owned() throws ExecutionException, InterruptedException {
    Map<String, ConsumerGroupDescription> groups =
        admin.describeConsumerGroups(List.of(Group.SHARDS.name())).all().get();
    return groups.values().stream()
        .flatMap(group -> group.members().stream())
        .map(Shards::numbers)
        .toList();
  }

  private static Set<Integer> numbers(MemberDescription member) {
    return member.assignment().topicPartitions().stream()
        .filter(partition -> partition.topic().equals(TOPIC))
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }

  /**
   * Whether there are so many members, each with a fair number of partitions, and no partition is
   * without one.
   */
  static boolean areShared(List<Set<Integer>> owned, int members, int partitions) {
    Set<Integer> all = new HashSet<>();
    owned.forEach(all::addAll);
    int fair = partitions / Math.max(1, members);
    return owned.size() == members
        && all.size() == partitions
        && owned.stream().allMatch(one -> one.size() >= fair && one.size() <= fair + 1);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
    bus.close();
  }
}
