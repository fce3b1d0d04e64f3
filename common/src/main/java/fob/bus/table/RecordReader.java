package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads single records of a topic that has one partition, by their offsets. Thread-safe. */
public final class RecordReader implements AutoCloseable {

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicPartition partition;
  private final Duration patience;

  /** Guarded by itself, since a consumer can be used by one thread at a time. */
  private final Consumer<String, byte[]> consumer;

  /**
   * @param consumer from {@link Bus#reader}; this reader closes it
   */
  public RecordReader(Topic topic, Consumer<String, byte[]> consumer) {
    this(topic, consumer, READ_TIMEOUT);
  }

  RecordReader(Topic topic, Consumer<String, byte[]> consumer, Duration patience) {
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer = consumer;
    this.patience = patience;
  }

  /**
   * Reads the record with this key at this offset. Blocks.
   *
   * @return empty if the record is certainly gone: compaction has removed it, or the topic begins
   *     after it
   * @throws org.apache.kafka.common.KafkaException if the broker is away or slow, so that the
   *     record may still be there
   */
  public Optional<ConsumerRecord<String, byte[]>> read(long offset, String key) {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (consumer) {
      try {
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        while (System.nanoTime() < deadline) {
          // If the record is gone, the first one here is a later one.
          for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            return Optional.of(record)
                .filter(found -> found.offset() == offset && key.equals(found.key()));
          }
          if (consumer.position(partition) > offset) {
            return Optional.empty();
          }
        }
      } catch (OffsetOutOfRangeException e) {
        if (consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L) > offset) {
          return Optional.empty();
        }
        throw e;
      }
    }
    throw new TimeoutException(
        "%s at offset %d could not be read within %d ms"
            .formatted(partition, offset, patience.toMillis()));
  }

  @Override
  public void close() {
    synchronized (consumer) {
      consumer.close();
    }
  }
}
