package fob.gateway.result;

import fob.bus.LogReader;
import fob.bus.Unreadable;
import fob.bus.wire.ProgressWire;
import fob.bus.wire.ResponseWire;
import fob.bus.wire.Topics;
import fob.call.Progress;
import fob.call.RequestId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Searches Kafka for one call. Each further {@link #readToEnd} continues where the last one
 * stopped. Used by one thread.
 */
final class ResultSearch {

  /** The most by which the clocks of the writers of ids and of records may differ. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(50);

  /** How long the search waits for the next record before it fails. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

  private final RequestId id;
  private final Instant since;
  private final List<TopicPartition> partitions;
  private final BooleanSupplier closed;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private List<Uuid> logs = List.of();
  private Finding finding = new Finding.Unknown();

  /**
   * @param since no record of the call was written earlier
   * @param responses the number of partitions of {@code fob.response}
   * @param progresses the number of partitions of {@code fob.progress}
   * @param closed ends the search early
   */
  ResultSearch(RequestId id, Instant since, int responses, int progresses, BooleanSupplier closed) {
    this.id = id;
    this.since = since;
    this.closed = closed;
    this.partitions =
        List.of(
            partition(Topics.RESPONSE.name(), id, responses),
            partition(Topics.PROGRESS.name(), id, progresses));
  }

  private static TopicPartition partition(String topic, RequestId id, int partitions) {
    byte[] key = id.value().getBytes(StandardCharsets.UTF_8);
    return new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % partitions);
  }

  /** What was found up to now. */
  Finding finding() {
    return finding;
  }

  /**
   * Reads the records that were written up to now, or up to the reply. Blocks.
   *
   * @throws KafkaException if no record comes for 5 s, or Kafka cannot be read
   */
  void readToEnd(LogReader consumer) {
    consumer.assign(partitions);
    List<Uuid> now = partitions.stream().map(one -> consumer.log(one.topic())).toList();
    if (!now.equals(logs)) {
      // A topic was made anew, where these positions mean other records.
      positions.clear();
      logs = now;
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    if (positions.isEmpty()) {
      seek(consumer, ends);
    } else {
      positions.forEach(consumer::seek);
    }
    long lastNanos = System.nanoTime();
    while (!closed.getAsBoolean() && finding.isOpen() && !isAt(consumer, ends)) {
      if (read(consumer)) {
        lastNanos = System.nanoTime();
      } else if (System.nanoTime() - lastNanos > LONGEST_SILENCE.toNanos()) {
        throw new TimeoutException("nothing came for " + LONGEST_SILENCE.toSeconds() + " s");
      }
    }
    partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
  }

  private void seek(LogReader consumer, Map<TopicPartition, Long> ends) {
    long from = Math.max(0, since.minus(CLOCK_SKEW).toEpochMilli());
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, from));
    Map<TopicPartition, @Nullable OffsetAndTimestamp> starts = new HashMap<>();
    starts.putAll(consumer.offsetsForTimes(times));
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      consumer.seek(partition, start == null ? ends.getOrDefault(partition, 0L) : start.offset());
    }
  }

  /**
   * @return whether the position has changed
   */
  private boolean read(LogReader consumer) {
    try {
      ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<String, byte[]> record : records) {
        if (id.value().equals(record.key()) && finding.isOpen()) {
          finding = after(finding, record);
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

  private static boolean isAt(LogReader consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static Finding after(Finding before, ConsumerRecord<String, byte[]> record) {
    try {
      if (record.topic().equals(Topics.RESPONSE.name())) {
        return new Finding.Over(ResponseWire.decode(record));
      }
      Progress progress = ProgressWire.decode(record);
      return before instanceof Finding.Going(Progress known) && known.attempt() > progress.attempt()
          ? before
          : new Finding.Going(progress);
    } catch (RuntimeException malformed) {
      // Another program's record. It says nothing of the call.
      return before;
    }
  }
}
