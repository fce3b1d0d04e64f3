package fob.invoker.key;

import fob.bus.LogReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.TimestampType;

/** The topic {@code fob.keys} in memory, with any number of readers. Thread-safe. */
final class KeyLog {

  private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> logs = new HashMap<>();

  /** Runs once, after the next poll has taken records and before it returns them. */
  private Runnable meanwhile = () -> {};

  private int read;

  /** How many records all readers have got. */
  synchronized int read() {
    return read;
  }

  synchronized void append(ProducerRecord<String, byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    List<ConsumerRecord<String, byte[]>> log =
        logs.computeIfAbsent(partition, _ -> new ArrayList<>());
    log.add(
        new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            log.size(),
            Instant.now().toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            record.value().length,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  /** Appends a record, and does something else while a reader gets it. */
  synchronized void append(ProducerRecord<String, byte[]> record, Runnable whileItIsRead) {
    append(record);
    meanwhile = whileItIsRead;
  }

  private synchronized long end(TopicPartition partition) {
    return logs.getOrDefault(partition, List.of()).size();
  }

  private synchronized List<ConsumerRecord<String, byte[]>> from(
      TopicPartition partition, long position) {
    List<ConsumerRecord<String, byte[]>> log = logs.getOrDefault(partition, List.of());
    read += log.size() - Math.toIntExact(position);
    return List.copyOf(log.subList(Math.toIntExact(position), log.size()));
  }

  private synchronized Runnable takeMeanwhile() {
    Runnable taken = meanwhile;
    meanwhile = () -> {};
    return taken;
  }

  LogReader reader() {
    return new Reader();
  }

  /** The mock with a log that can be read again. A call to wake it up has no effect. */
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // used by one thread
  private final class Reader extends MockConsumer<String, byte[]> implements LogReader {

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private Set<TopicPartition> assigned = Set.of();

    Reader() {
      super("none");
    }

    @Override
    public Uuid log(String topic) {
      return Uuid.ONE_UUID;
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
      positions.keySet().retainAll(partitions);
      assigned = Set.copyOf(partitions);
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
      // As Kafka's consumer does it: no partitions means all.
      Set<TopicPartition> all = partitions.isEmpty() ? assigned : Set.copyOf(partitions);
      all.forEach(partition -> positions.put(partition, 0L));
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
      Map<TopicPartition, Long> ends = new HashMap<>();
      partitions.forEach(partition -> ends.put(partition, end(partition)));
      return ends;
    }

    @Override
    public long position(TopicPartition partition) {
      return positions.getOrDefault(partition, 0L);
    }

    @Override
    public ConsumerRecords<String, byte[]> poll(Duration timeout) {
      Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = new HashMap<>();
      positions.forEach((partition, position) -> found.put(partition, from(partition, position)));
      found.values().removeIf(List::isEmpty);
      found.forEach(
          (partition, records) -> positions.merge(partition, (long) records.size(), Long::sum));
      if (found.isEmpty()) {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      } else {
        takeMeanwhile().run();
      }
      return new ConsumerRecords<>(found, Map.of());
    }

    @Override
    public void wakeup() {}
  }
}
