package fob.gateway.dead;

import fob.bus.Bus;
import fob.bus.table.CompactedTable;
import fob.bus.table.RecordReader;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.Topics;
import fob.call.DeadLetter;
import fob.service.Loops;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The dead letters. Their descriptions and offsets are in memory; a payload is read from Kafka when
 * it is asked for. Thread-safe.
 */
public final class DeadLetters implements AutoCloseable {

  /** A letter and its offset on the topic. */
  record Entry(DeadLetter letter, long offset) {}

  private final CompactedTable<Entry> table;
  private final RecordReader reader;

  public DeadLetters(Bus bus) {
    this(bus.loops(), bus.reader(), bus.reader());
  }

  /**
   * @param follower follows the topic; this closes it
   * @param single reads single records; this closes it
   */
  DeadLetters(Loops loops, Consumer<String, byte[]> follower, Consumer<String, byte[]> single) {
    this.reader = new RecordReader(Topics.DEAD, single);
    this.table =
        new CompactedTable<>(
            loops,
            Topics.DEAD,
            follower,
            record -> new Entry(DeadLetterWire.decode(record), record.offset()),
            (id, letter) -> {});
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    table.start(deadline);
  }

  /** All letters that were written up to now, the newest first. Blocks until they are read. */
  List<DeadLetter> all(Instant deadline) throws InterruptedException {
    table.catchUp(deadline);
    return table.rows().values().stream()
        .map(Entry::letter)
        .filter(letter -> letter.died().plus(Topics.DEAD_KEPT).isAfter(Instant.now()))
        .sorted(Comparator.comparing(DeadLetter::died).reversed())
        .toList();
  }

  Optional<DeadLetter> get(String id, Instant deadline) throws InterruptedException {
    table.catchUp(deadline);
    return table.get(id).map(Entry::letter);
  }

  /** The letter's record on the topic; empty if it was deleted. */
  Optional<ConsumerRecord<String, byte[]>> record(String id) {
    return table.get(id).flatMap(entry -> reader.read(entry.offset(), id));
  }

  @Override
  public void close() {
    table.close();
    reader.close();
  }
}
