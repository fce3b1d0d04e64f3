package fob.bus.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.TestConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * A topic and its only consumer. Other than Kafka's mock it can be read again, two records of a
 * partition at a time. Thread-safe.
 */
final class StoredTopic extends MockConsumer<String, byte[]> {

  private static final int AT_A_TIME = 2;

  private final String topic;
  private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> logs = new HashMap<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Map<TopicPartition, Long> beginnings = new HashMap<>();
  private final Map<TopicPartition, Long> damaged = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private @Nullable RuntimeException failure;
  private boolean woken;

  StoredTopic(String topic) {
    super("none");
    this.topic = topic;
  }

  TopicPartition partition(int number) {
    return new TopicPartition(topic, number);
  }

  synchronized void write(int partition, long offset, String key, @Nullable String value) {
    logs.computeIfAbsent(partition(partition), _ -> new ArrayList<>())
        .add(
            TestConsumer.record(
                partition(partition), offset, key, value == null ? null : value.getBytes(UTF_8)));
    notifyAll();
  }

  /** The records before this offset have expired. */
  synchronized void expire(int partition, long before) {
    logs.getOrDefault(partition(partition), new ArrayList<>())
        .removeIf(record -> record.offset() < before);
    beginnings.put(partition(partition), before);
  }

  /** The bytes of the record at this offset have changed on the broker's disk. */
  synchronized void damage(int partition, long offset) {
    damaged.put(partition(partition), offset);
  }

  /** The topic was made anew, and is empty: the next poll says so. */
  synchronized void makeAnew() {
    logs.clear();
    Map<TopicPartition, Long> anew = new HashMap<>();
    positions.keySet().forEach(partition -> anew.put(partition, 0L));
    failure = new OffsetOutOfRangeException("made anew, on purpose", anew);
    notifyAll();
  }

  /** The next request to Kafka fails. */
  synchronized void failOnce(RuntimeException with) {
    failure = with;
    notifyAll();
  }

  private void throwFailure() {
    RuntimeException now = failure;
    failure = null;
    if (now != null) {
      throw now;
    }
  }

  private List<ConsumerRecord<String, byte[]>> log(TopicPartition partition) {
    return logs.getOrDefault(partition, List.of());
  }

  @Override
  public synchronized Set<TopicPartition> assignment() {
    return Set.copyOf(positions.keySet());
  }

  @Override
  public synchronized void assign(Collection<TopicPartition> assigned) {
    positions.keySet().retainAll(assigned);
    paused.retainAll(assigned);
    assigned.forEach(partition -> positions.putIfAbsent(partition, -1L));
  }

  @Override
  public synchronized void seek(TopicPartition partition, long offset) {
    positions.put(partition, offset);
  }

  @Override
  public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
    beginningOffsets(partitions).forEach(positions::put);
  }

  @Override
  public synchronized Map<TopicPartition, Long> beginningOffsets(
      Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> found = new HashMap<>();
    partitions.forEach(partition -> found.put(partition, beginnings.getOrDefault(partition, 0L)));
    return found;
  }

  @Override
  public synchronized void pause(Collection<TopicPartition> partitions) {
    paused.addAll(partitions);
  }

  @Override
  public synchronized void resume(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
  }

  @Override
  public synchronized long position(TopicPartition partition) {
    return positions.getOrDefault(partition, -1L);
  }

  /** Where a partition ends now. */
  synchronized CompletionStage<Long> end(TopicPartition partition) {
    return CompletableFuture.completedFuture(
        log(partition).isEmpty() ? 0L : log(partition).getLast().offset() + 1);
  }

  @Override
  public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = read();
    while (found.isEmpty() && !woken && failure == null && System.nanoTime() < end) {
      try {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      found = read();
    }
    if (found.isEmpty() && woken) {
      woken = false;
      throw new WakeupException();
    }
    if (found.isEmpty()) {
      throwFailure();
    }
    return new ConsumerRecords<>(found, Map.of());
  }

  private Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> read() {
    Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = new HashMap<>();
    positions.forEach((partition, position) -> {
      if (!paused.contains(partition)) {
        failIfUnreadable(partition, position);
      }
      long end = damaged.getOrDefault(partition, Long.MAX_VALUE);
      List<ConsumerRecord<String, byte[]>> next =
          log(partition).stream()
              .filter(record -> record.offset() >= position)
              .filter(record -> position > end || record.offset() < end)
              .limit(AT_A_TIME)
              .toList();
      if (!next.isEmpty() && !paused.contains(partition)) {
        found.put(partition, next);
      }
    });
    found.forEach((partition, records) -> positions.put(partition, records.getLast().offset() + 1));
    return found;
  }

  private void failIfUnreadable(TopicPartition partition, long position) {
    if (position < beginnings.getOrDefault(partition, Long.MIN_VALUE)) {
      throw new OffsetOutOfRangeException("expired, on purpose", Map.of(partition, position));
    }
    if (position == damaged.getOrDefault(partition, Long.MIN_VALUE)) {
      throw new KafkaException(
          "Record for partition %s at offset %d is invalid".formatted(partition, position));
    }
  }

  @Override
  public synchronized void wakeup() {
    woken = true;
    notifyAll();
  }
}
