package fob.bus.loop;

import fob.bus.table.CompactedTable;
import fob.bus.wire.Topics;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
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

  /** A note that its member has not renewed for so long counts no more. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private static final Duration CATCH_UP = Duration.ofSeconds(3);

  /** A note, and when it was read last. */
  private record Received(HandOverNote note, long readNanos) {}

  private final LongSupplier nanoTime;
  private final CompactedTable<Received> notes;

  /**
   * @param reader a consumer without a group; {@link #close} closes it
   */
  OthersNotes(Loops loops, Consumer<String, byte[]> reader, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.notes =
        new CompactedTable<>(
            loops,
            Topics.HANDOVER,
            reader,
            record -> new Received(HandOverNote.decode(record), nanoTime.getAsLong()),
            (key, note) -> {});
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
    PreviousOwner found = PreviousOwner.HAS_NOT_BEGUN;
    for (Received received : notes.rows().values()) {
      HandOverNote note = received.note();
      long age = nanoTime.getAsLong() - received.readNanos();
      if (!note.isOf(partition) || age >= KEPT.toNanos()) {
        continue;
      }
      if (note.done().contains(offset)) {
        return PreviousOwner.HAS_FINISHED;
      }
      if (note.begun().contains(offset) && found != PreviousOwner.IS_RUNNING) {
        boolean lives = !note.ended() && age < DEAD_AFTER.toNanos();
        found = lives ? PreviousOwner.IS_RUNNING : PreviousOwner.HAS_DIED;
      }
    }
    return found;
  }

  @Override
  public void close() {
    notes.close();
  }
}
