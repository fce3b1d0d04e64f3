package fob.gateway.result;

import fob.bus.LogReader;
import fob.bus.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of one partition, in as many turns as it takes. Each turn may use another consumer.
 * Used by one thread at a time.
 */
public final class LogScan {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final long UNKNOWN = -1;

  private final TopicPartition partition;
  private final Instant since;
  private @Nullable Instant until;
  private @Nullable Uuid log;
  private long position = UNKNOWN;
  private Instant readTo;

  /**
   * @param since where the range begins, by Kafka's clock
   * @param until where it ends; null if it has no end
   */
  public LogScan(TopicPartition partition, Instant since, @Nullable Instant until) {
    this.partition = partition;
    this.since = since;
    this.until = until;
    this.readTo = since;
  }

  TopicPartition partition() {
    return partition;
  }

  /** The offset of the next record to read; 0 before the first turn. */
  long position() {
    return Math.max(0, position);
  }

  /** The time of the last record that was read; the beginning of the range if there is none. */
  Instant readTo() {
    return readTo;
  }

  /** From now on the range has no end. */
  void removeEnd() {
    until = null;
  }

  /**
   * Reads on. Blocks.
   *
   * @param untilNanos when the turn ends, as {@link System#nanoTime} has it
   * @param reader gets the records; returns false if no further ones are wanted
   * @return whether the scan is done: all records of the range that are in Kafka were read, or the
   *     reader wants no more
   * @throws KafkaException if Kafka cannot be read
   */
  public boolean read(
      LogReader consumer, long untilNanos, Predicate<ConsumerRecord<String, byte[]>> reader) {
    consumer.assign(List.of(partition));
    Uuid now = consumer.log(partition.topic());
    if (!now.equals(log)) {
      // The topic was made anew, where the position means another record.
      position = UNKNOWN;
      log = now;
    }
    try {
      long end = seek(consumer);
      while (position < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (record.offset() >= end) {
            break;
          }
          readTo = Instant.ofEpochMilli(record.timestamp());
          if (!reader.test(record)) {
            position = record.offset() + 1;
            return true;
          }
        }
        // The poll may have gone beyond the end. The next scan reads these records.
        position = Math.min(consumer.position(partition), end);
        if (position < end && System.nanoTime() >= untilNanos) {
          return false;
        }
      }
      return true;
    } catch (InvalidOffsetException lost) {
      // The topic was made anew, or its oldest records were deleted.
      position = UNKNOWN;
      return false;
    } catch (KafkaException e) {
      if (Unreadable.skip(consumer, e).isEmpty()) {
        throw e;
      }
      position = consumer.position(partition);
      return false;
    }
  }

  /**
   * @return the offset at which the range ends now
   */
  private long seek(LogReader consumer) {
    // Asked first, so that a record that is written meanwhile is not taken for read.
    long last = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (position == UNKNOWN) {
      position = offset(consumer, since, last);
    }
    long end = until == null ? last : offset(consumer, until, last);
    consumer.seek(partition, position);
    return end;
  }

  /** The first offset with that time or a later one. */
  private long offset(LogReader consumer, Instant time, long last) {
    OffsetAndTimestamp found =
        consumer
            .offsetsForTimes(Map.of(partition, Math.max(0, time.toEpochMilli())))
            .get(partition);
    return found == null ? last : found.offset();
  }
}
