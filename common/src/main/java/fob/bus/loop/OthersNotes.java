package fob.bus.loop;

import fob.bus.table.CompactedTable;
import fob.bus.wire.Topics;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the notes of all members, and tells what previous owners of a partition have done with its
 * records. Thread-safe.
 */
final class OthersNotes implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(OthersNotes.class);

  /** A member that has not renewed its note for so long is dead. */
  private static final Duration DEAD_AFTER = Duration.ofSeconds(8);

  /** How far the clocks of two members may differ. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(10);

  /** A note that its member has not renewed for so long counts no more. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private static final Duration CATCH_UP = Duration.ofSeconds(3);

  /**
   * A note, and when it was read last.
   *
   * @param stale whether its member was dead by then
   */
  private record Received(HandOverNote note, long readNanos, boolean stale) {}

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final CompactedTable<Received> notes;

  /**
   * @param reader a consumer without a group; {@link #close} closes it
   * @param clock tells the age of a note when it is read; {@code nanoTime} the time since then
   */
  OthersNotes(
      Loops loops, Consumer<String, byte[]> reader, InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.notes =
        new CompactedTable<>(loops, Topics.HANDOVER, reader, this::received, (key, note) -> {});
  }

  /** A member that starts reads old notes, too. Their age is in the record. */
  private Received received(ConsumerRecord<String, byte[]> record) {
    Duration age = Duration.between(Instant.ofEpochMilli(record.timestamp()), clock.instant());
    return new Received(
        HandOverNote.decode(record),
        nanoTime.getAsLong(),
        age.compareTo(DEAD_AFTER.plus(CLOCKS_DIFFER)) > 0);
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  void start(Instant deadline) throws InterruptedException {
    notes.start(deadline);
  }

  /** Reads all notes that were written up to now. Blocks for 3 s at most, then logs a warning. */
  void catchUp() {
    try {
      notes.catchUp(Instant.now().plus(CATCH_UP));
    } catch (IllegalStateException e) {
      LOGGER.atWarn().log("notes of a hand-over cannot be read, so calls may run twice");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells what previous owners have done with a record. Does not block. */
  PreviousOwner previousOwner(TopicIdPartition partition, long offset) {
    if (notes.rows().isEmpty()) {
      return PreviousOwner.HAS_NOT_BEGUN;
    }
    PreviousOwner found = PreviousOwner.HAS_NOT_BEGUN;
    String name = partition.topicPartition().toString();
    for (Received received : notes.rows().values()) {
      HandOverNote note = received.note();
      long age = nanoTime.getAsLong() - received.readNanos();
      if (!note.isOf(name, partition.topicId()) || age >= KEPT.toNanos()) {
        continue;
      }
      if (note.done().contains(offset)) {
        return PreviousOwner.HAS_FINISHED;
      }
      if (note.begun().contains(offset) && found != PreviousOwner.IS_RUNNING) {
        boolean lives = !note.ended() && !received.stale() && age < DEAD_AFTER.toNanos();
        found = lives ? PreviousOwner.IS_RUNNING : PreviousOwner.HAS_DIED;
      }
    }
    return found;
  }

  /** Returns the keys of the notes that nobody has renewed for 10 minutes. */
  List<String> expired() {
    long now = nanoTime.getAsLong();
    return notes.rows().entrySet().stream()
        .filter(row -> now - row.getValue().readNanos() >= KEPT.toNanos())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public void close() {
    notes.close();
  }
}
