package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.CodeWire;
import fob.bus.wire.Topics;
import fob.function.Code;
import fob.function.FunctionId;
import fob.service.Loops;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the code of functions from {@code fob.code}. It keeps the offset of each function's record
 * in memory, and reads the code from Kafka when it is asked for. So memory does not grow with the
 * code. Thread-safe.
 */
public final class CodeStore implements Codes, AutoCloseable {

  private final CompactedTable<Long> offsets;
  private final RecordReader reader;

  public CodeStore(Bus bus) {
    this(bus.loops(), bus.follower(), bus.reader());
  }

  /**
   * @param follower follows the topic; this closes it
   * @param single reads single records; this closes it
   */
  CodeStore(Loops loops, Consumer<String, byte[]> follower, Consumer<String, byte[]> single) {
    this.reader = new RecordReader(Topics.CODE, single);
    this.offsets =
        new CompactedTable<>(
            loops, Topics.CODE, follower, ConsumerRecord::offset, (id, offset) -> {});
  }

  /** Starts to read the topic, and does not wait: it may hold gigabytes. */
  public void begin() {
    offsets.begin();
  }

  /**
   * Starts to read the topic, and waits until all of it was read.
   *
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

  @Override
  public boolean has(FunctionId id) {
    return offsets.get(id.toString()).isPresent();
  }

  /**
   * Reads the code of a function. If it is not known where that is, since the topic has not been
   * read to its end yet, waits for that first. Blocks.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   * @throws org.apache.kafka.common.KafkaException if the code cannot be read now
   */
  public Optional<Code> get(FunctionId id, Instant deadline) throws InterruptedException {
    if (!has(id) && !offsets.isLoaded()) {
      offsets.catchUp(deadline);
    }
    return get(id);
  }

  @Override
  public Optional<Code> get(FunctionId id) {
    return offsets
        .get(id.toString())
        .flatMap(offset -> reader.read(offset, id.toString()))
        .map(CodeWire::decode);
  }

  @Override
  public void close() {
    offsets.close();
    reader.close();
  }
}
