package fob.bus.table;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that a {@link PartitionsFollower} reads, and where its consumer is in them. If
 * Kafka fails in one of the methods, the method can be called again. Used by one thread.
 */
final class FollowedPartitions {

  private final Consumer<String, byte[]> consumer;
  private final Map<TopicPartition, FollowedPartition> followed = new HashMap<>();

  FollowedPartitions(Consumer<String, byte[]> consumer) {
    this.consumer = consumer;
  }

  boolean isEmpty() {
    return followed.isEmpty();
  }

  /** Reads a partition from its beginning, also if it is followed already. */
  void add(TopicPartition partition, PartitionsFollower.Reader reader) {
    remove(partition);
    followed.put(partition, new FollowedPartition(reader));
  }

  void remove(TopicPartition partition) {
    FollowedPartition before = followed.remove(partition);
    if (before != null) {
      before.end();
    }
  }

  /** Completes this with true when a partition has been read; with false if it is not followed. */
  void await(TopicPartition partition, long end, CompletableFuture<Boolean> over) {
    FollowedPartition one = followed.get(partition);
    if (one == null) {
      over.complete(false);
    } else {
      one.await(end, over);
    }
  }

  void assign() {
    if (!consumer.assignment().equals(followed.keySet())) {
      // The consumer keeps its places in partitions that stay.
      consumer.assign(Set.copyOf(followed.keySet()));
    }
  }

  /** Goes to the beginning of partitions that are new. */
  void seek() {
    Map<TopicPartition, FollowedPartition> fresh = which(FollowedPartition::isFresh);
    if (!fresh.isEmpty()) {
      consumer.seekToBeginning(fresh.keySet());
      fresh.values().forEach(FollowedPartition::isAtBeginning);
    }
  }

  /** Whether somebody waits until a partition has been read. */
  boolean isAwaited() {
    return followed.values().stream().anyMatch(FollowedPartition::isAwaited);
  }

  void read(ConsumerRecord<String, byte[]> record) {
    FollowedPartition one = followed.get(new TopicPartition(record.topic(), record.partition()));
    if (record.key() != null && one != null) {
      one.read(record);
    }
  }

  /** All records that the consumer has returned were read. */
  void haveBeenRead() {
    which(FollowedPartition::isAwaited)
        .forEach((partition, one) -> one.hasReadTo(consumer.position(partition)));
  }

  /** These have lost the next record. */
  void startOver(Collection<TopicPartition> lost) {
    followed.forEach((partition, one) -> {
      if (lost.contains(partition)) {
        one.startOver();
      }
    });
  }

  private Map<TopicPartition, FollowedPartition> which(Predicate<FollowedPartition> predicate) {
    return followed.entrySet().stream()
        .filter(one -> predicate.test(one.getValue()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
