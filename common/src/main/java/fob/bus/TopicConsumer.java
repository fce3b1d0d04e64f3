package fob.bus;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's client as a {@link LogReader}. By itself the client goes on in the new log where it was
 * in the old one, so that it misses the records before, unless the new log is shorter. A commit
 * carries the id of its log in its metadata. Used by one thread.
 */
final class TopicConsumer extends KafkaConsumer<String, byte[]> implements LogReader {

  private static final char AFTER_ID = '|';

  /** By itself, closing waits for the answer to the last fetch, which brings nothing. */
  private static final CloseOptions SOON = CloseOptions.timeout(Duration.ofMillis(100));

  private final TopicIds ids;
  private final LogEnds ends;
  private final EarlierCommits earlier;
  private final Map<String, Uuid> logs = new ConcurrentHashMap<>();
  private final java.util.function.Consumer<Set<String>> madeAnew = this::wakeFromPoll;
  private final AtomicBoolean isPolling = new AtomicBoolean();

  /** Finds commits of partitions that have none in the group. */
  @FunctionalInterface
  interface EarlierCommits {
    Map<TopicPartition, OffsetAndMetadata> of(Set<TopicPartition> partitions);
  }

  TopicConsumer(Map<String, Object> config, TopicIds ids, LogEnds ends, EarlierCommits earlier) {
    super(config, new StringDeserializer(), new ByteArrayDeserializer());
    this.ids = ids;
    this.ends = ends;
    this.earlier = earlier;
    ids.listen(madeAnew);
  }

  private void wakeFromPoll(Set<String> topics) {
    if (topics.stream().anyMatch(logs::containsKey) && isPolling.compareAndSet(true, false)) {
      wakeup();
    }
  }

  @Override
  public Uuid log(String topic) {
    return logs.computeIfAbsent(topic, ids::latest);
  }

  /** Positions that are set after this are of the log that there is now. */
  @Override
  public void assign(Collection<TopicPartition> partitions) {
    super.assign(partitions);
    partitions.forEach(partition -> logs.put(partition.topic(), ids.latest(partition.topic())));
  }

  @Override
  public ConsumerRecords<String, byte[]> poll(Duration timeout) {
    try {
      ConsumerRecords<String, byte[]> records = pollAwake(timeout);
      // What came may be of the new log already, from the middle of it: it is read again.
      throwIfMadeAnew(records);
      return records;
    } catch (OffsetOutOfRangeException e) {
      // Perhaps since the log is another one; then the other partitions are to start over as well.
      e.partitions().stream().map(TopicPartition::topic).distinct().forEach(ids::now);
      throwIfMadeAnew(ConsumerRecords.empty());
      throw e;
    } catch (WakeupException called) {
      throwIfMadeAnew(ConsumerRecords.empty());
      throw called;
    }
  }

  private ConsumerRecords<String, byte[]> pollAwake(Duration timeout) {
    isPolling.set(true);
    try {
      throwIfMadeAnew(ConsumerRecords.empty()); // a wake-up before this was lost
      return super.poll(timeout);
    } finally {
      isPolling.set(false);
    }
  }

  /** Asks over another connection, since the broker may hold a fetch of this one. */
  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    return ends.of(partitions);
  }

  @Override
  public void close() {
    ids.unlisten(madeAnew);
    super.close(SOON);
  }

  /**
   * @param polled will not be handled if this throws, so those of other topics are read again
   */
  private void throwIfMadeAnew(ConsumerRecords<String, byte[]> polled) {
    Map<TopicPartition, Long> anew = new HashMap<>();
    Map<String, Uuid> now = new HashMap<>();
    for (TopicPartition partition : assignment()) {
      Uuid latest = ids.latest(partition.topic());
      if (!log(partition.topic()).equals(latest)) {
        anew.put(partition, 0L);
        now.put(partition.topic(), latest);
      }
    }
    if (!anew.isEmpty()) {
      logs.putAll(now);
      for (TopicPartition partition : polled.partitions()) {
        if (!anew.containsKey(partition)) {
          seek(partition, polled.records(partition).getFirst().offset());
        }
      }
      throw new OffsetOutOfRangeException("topics were made anew: " + now.keySet(), anew);
    }
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    super.commitSync(withIds(offsets), timeout);
  }

  @Override
  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    super.commitAsync(withIds(offsets), callback);
  }

  private Map<TopicPartition, OffsetAndMetadata> withIds(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> ours = new HashMap<>();
    offsets.forEach((partition, commit) ->
        ours.put(
            partition,
            new OffsetAndMetadata(
                commit.offset(),
                commit.leaderEpoch(),
                log(partition.topic()).toString() + AFTER_ID + commit.metadata())));
    return ours;
  }

  /** The commits of the log that there is now. One that names no log was made by an older fob. */
  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    Map<String, Uuid> now = new HashMap<>();
    partitions.forEach(partition -> now.computeIfAbsent(partition.topic(), ids::now));
    now.forEach(logs::putIfAbsent);
    Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
    inThisGroupOrBefore(partitions)
        .forEach((partition, commit) -> {
          String[] parts = split(commit.metadata());
          if (parts[0].isEmpty() || parts[0].equals(String.valueOf(now.get(partition.topic())))) {
            found.put(
                partition, new OffsetAndMetadata(commit.offset(), commit.leaderEpoch(), parts[1]));
          }
        });
    return found;
  }

  private Map<TopicPartition, OffsetAndMetadata> inThisGroupOrBefore(
      Set<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>(super.committed(partitions));
    commits.values().removeIf(Objects::isNull);
    Set<TopicPartition> without = new HashSet<>(partitions);
    without.removeAll(commits.keySet());
    if (!without.isEmpty()) {
      commits.putAll(earlier.of(without));
    }
    return commits;
  }

  /** The id, empty if there is none, and what is left. */
  private static String[] split(String metadata) {
    int end = metadata.indexOf(AFTER_ID);
    return new String[] {metadata.substring(0, Math.max(end, 0)), metadata.substring(end + 1)};
  }
}
