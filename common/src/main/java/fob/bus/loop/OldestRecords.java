package fob.bus.loop;

import fob.bus.LogReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Finds out when records were written. Used by one thread at a time. */
final class OldestRecords implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final LogReader reader;

  /**
   * @param reader for {@code assign()}; this closes it
   */
  OldestRecords(LogReader reader) {
    this.reader = reader;
  }

  /**
   * Returns when the oldest of these records was written, by topic. Leaves a topic out whose
   * records cannot be read within 2 s. Blocks for that time at most.
   *
   * @param records an offset in each partition
   */
  Map<String, Instant> written(Map<TopicPartition, Long> records) {
    Map<String, Instant> oldest = new HashMap<>();
    if (records.isEmpty()) {
      return oldest;
    }
    try {
      reader.assign(records.keySet());
      records.forEach(reader::seek);
      long deadline = System.nanoTime() + LONGEST.toNanos();
      Collection<TopicPartition> missing = new ArrayList<>(records.keySet());
      while (!missing.isEmpty() && System.nanoTime() < deadline) {
        var polled = reader.poll(POLL);
        for (TopicPartition partition : polled.partitions()) {
          if (missing.remove(partition)) {
            Instant written =
                Instant.ofEpochMilli(polled.records(partition).getFirst().timestamp());
            oldest.merge(partition.topic(), written, (a, b) -> a.isBefore(b) ? a : b);
          }
        }
        reader.pause(polled.partitions());
      }
    } catch (KafkaException gone) {
      // A record was deleted meanwhile: it does not wait any more.
    } finally {
      reader.assign(List.of());
    }
    return oldest;
  }

  @Override
  public void close() {
    reader.close();
  }
}
