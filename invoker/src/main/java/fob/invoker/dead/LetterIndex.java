package fob.invoker.dead;

import fob.bus.table.PartitionsFollower;
import fob.bus.wire.DeadLetterWire;
import fob.call.Failure;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.RequestId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where the dead letters of a partition are, by id and in their order, in some 55 bytes each.
 * Thread-safe.
 */
final class LetterIndex implements PartitionsFollower.Reader {

  private static final int LENGTH_OF_UUID = 36;

  private final int partition;
  private final Runnable added;
  private LetterTable table = new LetterTable(); // guarded by this
  private long leftOut; // guarded by this

  /**
   * @param added hears when there is one letter more
   */
  LetterIndex(int partition, Runnable added) {
    this.partition = partition;
    this.added = added;
  }

  @Override
  public void read(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      remove(record.key());
    } else {
      add(
          record.key(),
          DeadLetterWire.function(record),
          DeadLetterWire.failure(record),
          record.timestamp(),
          record.offset());
    }
  }

  @Override
  public synchronized void startsOver() {
    table = new LetterTable();
    leftOut = 0;
  }

  /**
   * Adds a letter that is later in the partition than all others. It replaces one with its id.
   *
   * @param died in ms since the epoch
   */
  void add(String id, String function, Failure reason, long died, long offset) {
    synchronized (this) {
      UUID key = key(id);
      table.remove(key);
      if (table.isFull()) {
        table = table.rebuilt();
      }
      table.add(key, function, reason, died, offset);
    }
    added.run();
  }

  synchronized void remove(String id) {
    table.remove(key(id));
  }

  /** Forgets the oldest letter. There must be one. */
  synchronized void leaveOutOldest() {
    table.removeOldest();
    leftOut++;
  }

  /** How many letters this holds. */
  synchronized int size() {
    return table.live();
  }

  synchronized Optional<LetterPlace> find(RequestId id) {
    int row = table.find(key(id.value()));
    return row < 0 ? Optional.empty() : Optional.of(place(row));
  }

  /**
   * Selects letters, the newest first.
   *
   * @param since those that died earlier do not count
   */
  synchronized LetterAnswer.Listed list(LetterQuestion.Listing wanted, Instant since) {
    boolean[] functions = table.matching(wanted.functions());
    List<LetterPlace> newest = new ArrayList<>();
    int total = 0;
    boolean isMore = false;
    for (int row = table.end() - 1; row >= 0; row--) {
      if (table.isLive(row)
          && table.died(row) >= since.toEpochMilli()
          && functions[table.function(row)]
          && (wanted.reason() == null || table.reason(row) == wanted.reason())) {
        total++;
        if (isBefore(row, wanted)) {
          isMore = newest.size() == wanted.limit();
          if (!isMore) {
            newest.add(place(row));
          }
        }
      }
    }
    return new LetterAnswer.Listed(total, newest, isMore, leftOut);
  }

  private boolean isBefore(int row, LetterQuestion.Listing wanted) {
    return wanted.before() == null || place(row).compareTo(wanted.before()) < 0;
  }

  private LetterPlace place(int row) {
    return new LetterPlace(table.died(row), partition, table.offset(row));
  }

  /** An id of fob is a UUID; another one is represented by its hash. */
  private static UUID key(String id) {
    if (id.length() == LENGTH_OF_UUID) {
      try {
        return UUID.fromString(id);
      } catch (IllegalArgumentException foreign) {
        // Hashed below.
      }
    }
    try {
      ByteBuffer hash =
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8)));
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
