package fob.gateway.log;

import fob.bus.LogReader;
import fob.bus.Unreadable;
import fob.function.FunctionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Searches a partition of {@code fob.logs} for the last lines of one function. It reads piece by
 * piece, the last piece first, within bounds. Used by one thread.
 */
final class LogSearch {

  /** The most by which the clocks of the machines with functions and of Kafka may differ. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final long MOST_READ = 64L * 1024 * 1024;
  private static final long PIECE_BYTES = 2L * 1024 * 1024;
  private static final int FIRST_RECORDS = 50;
  private static final int MOST_RECORDS = 2_000;

  /**
   * What was found.
   *
   * @param lines the oldest first
   * @param note says what is missing, for people
   */
  record Found(List<PlacedLine> lines, Optional<String> note) {}

  private final LogReader consumer;
  private final TopicPartition partition;
  private final String key;
  private final LogQuery query;
  private final int mostBytes;
  private final BooleanSupplier closed;
  private final long beganNanos = System.nanoTime();
  private long read;
  private int held;

  /** In the order of their finding: the newest first. */
  private final List<PlacedLine> newestFirst = new ArrayList<>();

  private @Nullable String note;

  /**
   * @param mostBytes of memory for the lines that are found
   * @param closed ends the search early
   */
  LogSearch(
      LogReader consumer,
      TopicPartition partition,
      FunctionId function,
      LogQuery query,
      int mostBytes,
      BooleanSupplier closed) {
    this.consumer = consumer;
    this.partition = partition;
    this.key = function.toString();
    this.query = query;
    this.mostBytes = mostBytes;
    this.closed = closed;
  }

  /**
   * Searches. Blocks for some seconds at most, unless Kafka is slow.
   *
   * @param after only later lines are wanted
   * @throws KafkaException if Kafka cannot be read
   */
  Found find(PlacedLine.Place after) {
    List<TopicPartition> only = List.of(partition);
    consumer.assign(only);
    long end = value(consumer.endOffsets(only));
    long floor = Math.min(end, Math.max(floor(end), after.offset()));
    long to = end;
    long records = FIRST_RECORDS;
    while (to > floor && wantsMore()) {
      long from = Math.max(floor, to - records);
      long before = read;
      List<PlacedLine> piece = new ArrayList<>();
      if (!read(from, to, piece)) {
        break;
      }
      add(piece, after);
      long average = Math.max(1, (read - before) / Math.max(1, to - from));
      records = Math.clamp(PIECE_BYTES / average, 1, MOST_RECORDS);
      to = from;
    }
    Collections.reverse(newestFirst);
    return new Found(newestFirst, Optional.ofNullable(note));
  }

  private boolean wantsMore() {
    return note == null && newestFirst.size() < query.tail() && !closed.getAsBoolean();
  }

  /** Returns the first offset that may have a wanted line. */
  private long floor(long end) {
    long first = value(consumer.beginningOffsets(List.of(partition)));
    Instant earliest = query.earliest();
    if (earliest == null) {
      return first;
    }
    long time = Math.max(0, earliest.minus(CLOCK_SKEW).toEpochMilli());
    OffsetAndTimestamp start = consumer.offsetsForTimes(Map.of(partition, time)).get(partition);
    return start == null ? end : start.offset();
  }

  private long value(Map<TopicPartition, Long> offsets) {
    return offsets.getOrDefault(partition, 0L);
  }

  private void add(List<PlacedLine> piece, PlacedLine.Place after) {
    for (PlacedLine line : piece.reversed()) {
      if (newestFirst.size() >= query.tail() || line.place().compareTo(after) <= 0) {
        return;
      }
      held += line.bytes();
      if (held > mostBytes) {
        note =
            "earlier lines are left out, as they are too many for one reply; ask with since or"
                + " request for fewer";
        return;
      }
      newestFirst.add(line);
    }
  }

  /**
   * Reads one piece.
   *
   * @return whether it was read to its end
   */
  private boolean read(long from, long to, List<PlacedLine> found) {
    consumer.seek(partition, from);
    long lastNanos = System.nanoTime();
    while (consumer.position(partition) < to) {
      if (closed.getAsBoolean()) {
        return false;
      }
      if (read > MOST_READ || System.nanoTime() - beganNanos > LONGEST.toNanos()) {
        note = "earlier lines were not searched, as that takes too long; ask with since for them";
        return false;
      }
      if (poll(to, found)) {
        lastNanos = System.nanoTime();
      } else if (System.nanoTime() - lastNanos > LONGEST_SILENCE.toNanos()) {
        throw new TimeoutException("nothing came for " + LONGEST_SILENCE.toSeconds() + " s");
      }
    }
    return true;
  }

  private boolean poll(long to, List<PlacedLine> found) {
    try {
      var records = consumer.poll(POLL);
      for (ConsumerRecord<String, byte[]> record : records) {
        read += Math.max(0, record.serializedValueSize());
        if (record.offset() < to && key.equals(record.key())) {
          PlacedLine.of(record).stream()
              .filter(line -> query.wants(line.line()))
              .forEach(found::add);
        }
      }
      return !records.isEmpty();
    } catch (InvalidOffsetException lost) {
      // The topic was created again, or its oldest records were deleted.
      consumer.seekToBeginning(lost.partitions());
    } catch (KafkaException e) {
      if (Unreadable.skip(consumer, e).isEmpty()) {
        throw e;
      }
    }
    return true;
  }
}
