package fob.bus;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's mock with what it lacks of a real consumer: polling an empty log takes a moment, and a
 * wake-up that found nobody waiting hits the next blocking call, commits included.
 */
public final class TestConsumer extends MockConsumer<String, byte[]> implements LogReader {

  /** The time of every record. */
  public static final Instant WRITTEN = Instant.ofEpochMilli(1_800_000_000_000L);

  private static final long EMPTY_POLL_NANOS = 500_000;

  private final Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
  private boolean woken;
  private int wakeups;
  private @Nullable Exception nextCommitFailure;
  private volatile boolean replaced;
  private volatile Uuid log = Uuid.randomUuid();
  private final AtomicInteger refusedCommits = new AtomicInteger();
  private final AtomicInteger rebalancing = new AtomicInteger(); // polls to the end of it

  public TestConsumer() {
    super("earliest");
  }

  @Override
  public Uuid log(String topic) {
    return log;
  }

  /** The topic was deleted and made anew: the next poll says so. */
  public void makeAnew(TopicPartition... partitions) {
    schedulePollTask(() -> {
      log = Uuid.randomUuid();
      Map<TopicPartition, Long> anew = new HashMap<>();
      List.of(partitions).forEach(partition -> anew.put(partition, 0L));
      setPollException(new OffsetOutOfRangeException("made anew, on purpose", anew));
    });
  }

  // Idling with the lock held would keep the test from adding records.
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  @Override
  public ConsumerRecords<String, byte[]> poll(Duration timeout) {
    ConsumerRecords<String, byte[]> records;
    try {
      records = super.poll(timeout);
    } catch (WakeupException e) {
      takeWakeup();
      throw e;
    }
    rebalancing.updateAndGet(polls -> Math.max(0, polls - 1));
    if (records.isEmpty()) {
      LockSupport.parkNanos(EMPTY_POLL_NANOS);
    }
    return records;
  }

  @Override
  public synchronized void wakeup() {
    woken = true;
    wakeups++;
    super.wakeup();
  }

  public synchronized int wakeups() {
    return wakeups;
  }

  public synchronized boolean isWoken() {
    return woken;
  }

  private synchronized boolean takeWakeup() {
    boolean was = woken;
    woken = false;
    return was;
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    if (takeWakeup()) {
      throw new WakeupException();
    }
    if (rebalancing.get() > 0) {
      refusedCommits.incrementAndGet();
      throw new RebalanceInProgressException("on purpose");
    }
    if (replaced) {
      refusedCommits.incrementAndGet();
      throw new CommitFailedException("replaced, on purpose");
    }
    super.commitSync(offsets, timeout);
    remember(offsets);
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    Exception failure = nextCommitFailure;
    nextCommitFailure = null;
    if (failure == null) {
      remember(offsets);
    }
    if (callback != null) {
      callback.onComplete(offsets, failure);
    }
  }

  /** Whether the group takes this member for dead. */
  public void replaced(boolean now) {
    replaced = now;
  }

  /** The group rebalances until the member has polled so often. */
  public void rebalanceFor(int polls) {
    rebalancing.set(polls);
  }

  public int refusedCommits() {
    return refusedCommits.get();
  }

  public synchronized void failNextAsyncCommit() {
    nextCommitFailure = new RetriableCommitFailedException("on purpose");
  }

  private synchronized void remember(Map<TopicPartition, OffsetAndMetadata> offsets) {
    commits.putAll(offsets);
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>(commits);
    found.keySet().retainAll(partitions);
    return found;
  }

  /** What was committed last; it can be asked for after the consumer was closed, too. */
  public synchronized Optional<OffsetAndMetadata> lastCommit(TopicPartition partition) {
    return Optional.ofNullable(commits.get(partition));
  }

  /** Says where partitions begin, which a mock must be told. */
  public void begin(TopicPartition... partitions) {
    for (TopicPartition partition : partitions) {
      updateBeginningOffsets(Map.of(partition, 0L));
    }
  }

  /** Assigns on the polling thread, as a real consumer does. */
  public void assignWhilePolling(TopicPartition... partitions) {
    schedulePollTask(() -> rebalance(List.of(partitions)));
  }

  public void add(TopicPartition partition, long offset, String key, byte @Nullable [] value) {
    ConsumerRecord<String, byte[]> record = record(partition, offset, key, value);
    schedulePollTask(() -> addRecord(record));
  }

  public void add(TopicPartition partition, long offset, String text) {
    add(partition, offset, "key", text.getBytes(StandardCharsets.UTF_8));
  }

  // A record without a value is a record, whatever the client's annotations say.
  @SuppressWarnings("NullAway")
  public static ConsumerRecord<String, byte[]> record(
      TopicPartition partition, long offset, @Nullable String key, byte @Nullable [] value) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        WRITTEN.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        value == null ? -1 : value.length,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
