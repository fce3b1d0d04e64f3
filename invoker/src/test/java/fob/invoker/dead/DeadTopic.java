package fob.invoker.dead;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.record.TimestampType;

/** The records of {@code fob.dead}, which can be read by several consumers. Thread-safe. */
final class DeadTopic {

  private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> logs =
      new ConcurrentHashMap<>();

  private volatile boolean away;

  private List<ConsumerRecord<String, byte[]>> log(TopicPartition partition) {
    return logs.computeIfAbsent(partition, _ -> new CopyOnWriteArrayList<>());
  }

  void write(ProducerRecord<String, byte[]> record, Instant at) {
    List<ConsumerRecord<String, byte[]>> log =
        log(new TopicPartition("fob.dead", record.partition()));
    log.add(
        new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            log.size(),
            at.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            record.key().length(),
            record.value() == null ? -1 : record.value().length,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  /** Kafka answers no requests from now on, or does so again. */
  void isAway(boolean now) {
    away = now;
  }

  /** Where a partition ends now. */
  CompletionStage<Long> end(TopicPartition partition) {
    return CompletableFuture.completedFuture((long) log(partition).size());
  }

  Consumer<String, byte[]> consumer() {
    return new Reader();
  }

  private final class Reader extends MockConsumer<String, byte[]> {

    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final AtomicBoolean woken = new AtomicBoolean();

    private Reader() {
      super("none");
    }

    @Override
    public synchronized Set<TopicPartition> assignment() {
      return Set.copyOf(positions.keySet());
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> assigned) {
      positions.keySet().retainAll(assigned);
      assigned.forEach(partition -> positions.putIfAbsent(partition, -1L));
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      positions.put(partition, offset);
    }

    @Override
    public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
      partitions.forEach(partition -> seek(partition, 0));
    }

    @Override
    public synchronized void pause(Collection<TopicPartition> partitions) {}

    @Override
    public synchronized void resume(Collection<TopicPartition> partitions) {}

    @Override
    public synchronized long position(TopicPartition partition) {
      return positions.getOrDefault(partition, -1L);
    }

    @Override
    public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
      if (away) {
        throw new TimeoutException("away, on purpose");
      }
      Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = new HashMap<>();
      positions.forEach((partition, position) -> {
        List<ConsumerRecord<String, byte[]>> log = log(partition);
        if (position < log.size()) {
          found.put(partition, List.copyOf(log.subList(position.intValue(), log.size())));
        }
      });
      found.forEach((partition, records) -> seek(partition, records.getLast().offset() + 1));
      if (found.isEmpty()) {
        LockSupport.parkNanos(500_000); // with the lock, which only a wake-up wants
        if (woken.getAndSet(false)) {
          throw new WakeupException();
        }
      }
      return new ConsumerRecords<>(found, Map.of());
    }

    @Override
    public synchronized void wakeup() {
      woken.set(true);
    }
  }
}
