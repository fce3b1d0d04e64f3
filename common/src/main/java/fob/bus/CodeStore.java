package fob.bus;

import fob.function.Code;
import fob.function.FunctionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code fob.code}: every function's code by id. It remembers where each one lies and reads it from
 * the topic when asked, so memory does not grow with the code. Thread-safe.
 */
public final class CodeStore implements AutoCloseable {

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
  private static final TopicPartition PARTITION = new TopicPartition(Topics.CODE.name(), 0);

  private final CompactedTable<Long> offsets;

  /** Reads single records; guarded by itself, since a consumer serves one thread at a time. */
  private final Consumer<String, byte[]> reader;

  public CodeStore(Bus bus) {
    this.reader = bus.reader();
    this.offsets =
        new CompactedTable<>(Topics.CODE, bus.reader(), ConsumerRecord::offset, (id, offset) -> {});
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    offsets.start(deadline);
  }

  /**
   * Waits until everything that was written up to now is here; see {@link CompactedTable#catchUp}.
   */
  public void catchUp(Instant deadline) throws InterruptedException {
    offsets.catchUp(deadline);
  }

  /**
   * Reads a function's code; empty if there is none, or it was removed meanwhile.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read
   */
  public Optional<Code> get(FunctionId id) {
    return offsets.get(id.toString()).flatMap(offset -> read(id, offset));
  }

  private Optional<Code> read(FunctionId id, long offset) {
    long deadline = System.nanoTime() + READ_TIMEOUT.toNanos();
    synchronized (reader) {
      reader.assign(List.of(PARTITION));
      reader.seek(PARTITION, offset);
      while (System.nanoTime() < deadline) {
        // Compaction may have dropped the record since: then the first one here is a later one.
        for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(100))) {
          return record.offset() == offset && record.key().equals(id.toString())
              ? Optional.of(new Code(record.value()))
              : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  public static ProducerRecord<String, byte[]> encode(FunctionId id, Code code) {
    return new ProducerRecord<>(Topics.CODE.name(), id.toString(), code.bytes());
  }

  /** Forgets a function's code. */
  public static ProducerRecord<String, byte[]> forget(FunctionId id) {
    return new ProducerRecord<>(Topics.CODE.name(), id.toString(), null);
  }

  @Override
  public void close() {
    offsets.close();
    synchronized (reader) {
      reader.close();
    }
  }
}
