package fob.bus;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads single records of a topic of one partition, where it is known where they lie. Thread-safe.
 */
public final class RecordReader implements AutoCloseable {

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicPartition partition;

  /** Guarded by itself, since a consumer serves one thread at a time. */
  private final Consumer<String, byte[]> consumer;

  public RecordReader(Bus bus, Topic topic) {
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer = bus.reader();
  }

  /**
   * Reads the record of that key at that offset; empty if compaction has dropped it since.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read
   */
  public Optional<ConsumerRecord<String, byte[]>> read(long offset, String key) {
    long deadline = System.nanoTime() + READ_TIMEOUT.toNanos();
    synchronized (consumer) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      while (System.nanoTime() < deadline) {
        // If the record is gone, the first one here is a later one.
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          return record.offset() == offset && key.equals(record.key())
              ? Optional.of(record)
              : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    synchronized (consumer) {
      consumer.close();
    }
  }
}
