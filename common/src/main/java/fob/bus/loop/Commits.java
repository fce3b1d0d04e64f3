package fob.bus.loop;

import fob.bus.LogReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that a member owns: what is done in each, and what it has committed of that. Used
 * by the poll thread alone.
 */
final class Commits {

  private static final Duration EVERY = Duration.ofMillis(200);

  /** The longest that {@link #commitNow} waits for the broker, in each of two tries. */
  static final Duration SYNC = Duration.ofSeconds(3);

  private final LogReader consumer;
  private final Map<TopicPartition, CommitTracker> trackers = new ConcurrentHashMap<>();
  private final Map<TopicPartition, CommitTracker.Progress> committed = new HashMap<>();
  private final Map<String, Uuid> topicIds = new HashMap<>();
  private long lastNanos = System.nanoTime();
  private int unanswered; // commits

  Commits(LogReader consumer) {
    this.consumer = consumer;
  }

  /**
   * The id of the topic that the tracked offsets belong to. A topic that was deleted and made anew
   * has another one.
   */
  Uuid topicId(String topic) {
    return topicIds.getOrDefault(topic, Uuid.ZERO_UUID);
  }

  Set<TopicPartition> partitions() {
    return trackers.keySet();
  }

  List<CommitTracker> trackers() {
    return List.copyOf(trackers.values());
  }

  void forEach(BiConsumer<TopicPartition, CommitTracker> action) {
    trackers.forEach(action);
  }

  /** The number of records of a topic that were read and are not done. */
  int inFlight(String topic) {
    int count = 0;
    for (Map.Entry<TopicPartition, CommitTracker> one : trackers.entrySet()) {
      if (one.getKey().topic().equals(topic)) {
        count += one.getValue().inFlight();
      }
    }
    return count;
  }

  /** The partitions among these that this member owns. */
  List<TopicPartition> owned(Collection<TopicPartition> partitions) {
    return partitions.stream().filter(trackers::containsKey).toList();
  }

  CommitTracker tracker(TopicPartition partition) {
    CommitTracker tracker = trackers.get(partition);
    if (tracker == null) {
      throw new IllegalStateException(partition + " was delivered but never assigned");
    }
    return tracker;
  }

  /** Looks up where to read partitions that were assigned, and tracks them from there on. */
  void track(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> before = consumer.committed(Set.copyOf(partitions));
    partitions.forEach(partition -> lookUp(partition.topic()));
    List<TopicPartition> fresh = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata commit = before.get(partition);
      if (commit == null) {
        fresh.add(partition);
      } else {
        // By itself the client would look in its group, where an earlier group's commit is not.
        consumer.seek(partition, commit);
        trackers.put(partition, new CommitTracker(commit.offset(), commit.metadata()));
      }
    }
    if (!fresh.isEmpty()) {
      // All at once, and last: asking for one position looks up all that are not set.
      consumer.seekToBeginning(fresh);
    }
    for (TopicPartition partition : fresh) {
      trackers.put(partition, new CommitTracker(consumer.position(partition), ""));
    }
  }

  private void lookUp(String topic) {
    topicIds.put(topic, consumer.log(topic));
  }

  /** Goes on reading at the beginning of partitions that have lost the next record. */
  void startOver(InvalidOffsetException lost) {
    consumer.seekToBeginning(lost.partitions());
    for (TopicPartition partition : lost.partitions()) {
      long beginning = consumer.position(partition);
      boolean isAnew = !consumer.log(partition.topic()).equals(topicId(partition.topic()));
      if (isAnew || beginning < tracker(partition).progress().offset()) {
        // Other records have these offsets now.
        trackers.put(partition, new CommitTracker(beginning, ""));
        committed.remove(partition);
      }
    }
    lost.partitions().forEach(partition -> lookUp(partition.topic()));
  }

  /** Whether no record is in flight, and all progress is committed for certain. */
  boolean areSettled() {
    return unanswered == 0
        && trackers.values().stream().allMatch(tracker -> tracker.inFlight() == 0)
        && trackers.entrySet().stream()
            .allMatch(one -> one.getValue().progress().equals(committed.get(one.getKey())));
  }

  /** Commits what has changed, without waiting for the broker; every 200 ms at most. */
  void commitIfDue() {
    if (System.nanoTime() - lastNanos > EVERY.toNanos()) {
      Map<TopicPartition, OffsetAndMetadata> due = due(trackers.keySet());
      if (!due.isEmpty()) {
        consumer.commitAsync(due, this::tryFailedCommitAgain);
        unanswered++;
      }
      lastNanos = System.nanoTime();
    }
  }

  /**
   * Commits all progress in these partitions, and waits for the broker.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker does not take the commit
   */
  void commitNow(Collection<TopicPartition> partitions) {
    forgetCommitted(partitions);
    Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
    if (!due.isEmpty()) {
      try {
        consumer.commitSync(due, SYNC);
      } catch (WakeupException stop) {
        // The wake-up was meant for a poll, which this thread was not in.
        consumer.commitSync(due, SYNC);
      }
    }
  }

  /** The next commit of these partitions is made even if nothing has changed. */
  void forgetCommitted(Collection<TopicPartition> partitions) {
    committed.keySet().removeAll(partitions);
  }

  /** Ends the tracking of partitions that this member owns no more. */
  void forget(Collection<TopicPartition> partitions) {
    owned(partitions).forEach(partition -> tracker(partition).close());
    trackers.keySet().removeAll(partitions);
    forgetCommitted(partitions);
  }

  private Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
    for (TopicPartition partition : partitions) {
      CommitTracker.Progress progress = tracker(partition).progress();
      if (!progress.equals(committed.put(partition, progress))) {
        due.put(partition, new OffsetAndMetadata(progress.offset(), progress.metadata()));
      }
    }
    return due;
  }

  /** Runs on the poll thread, as every callback of a consumer does. */
  private void tryFailedCommitAgain(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
    unanswered--;
    if (failure != null) {
      forgetCommitted(offsets.keySet());
    }
  }
}
