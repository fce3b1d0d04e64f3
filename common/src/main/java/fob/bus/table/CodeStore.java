package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.CodeWire;
import fob.bus.wire.Topics;
import fob.function.Code;
import fob.function.FunctionId;
import java.time.Instant;
import java.util.Optional;
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
    this.reader = new RecordReader(Topics.CODE, bus.reader());
    this.offsets =
        new CompactedTable<>(
            bus.loops(), Topics.CODE, bus.reader(), ConsumerRecord::offset, (id, offset) -> {});
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

  @Override
  public boolean has(FunctionId id) {
    return offsets.get(id.toString()).isPresent();
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
