package fob.bus.loop;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Pauses reading while too much is in flight, so that records wait in Kafka and not in memory. Used
 * by the poll thread alone.
 */
final class ReadingPause {

  private final Consumer<String, byte[]> consumer;
  private final Commits commits;
  private final Set<TopicPartition> paused = new HashSet<>();

  ReadingPause(Consumer<String, byte[]> consumer, Commits commits) {
    this.consumer = consumer;
    this.commits = commits;
  }

  boolean isAnyPaused() {
    return !paused.isEmpty();
  }

  /**
   * Pauses all partitions of the topics that are full, and those with so many unfinished records
   * that a commit can hardly name them. Resumes the others.
   */
  void update(Set<String> fullTopics) {
    Set<TopicPartition> full = new HashSet<>();
    commits.forEach((partition, tracker) -> {
      if (fullTopics.contains(partition.topic()) || tracker.isFull()) {
        full.add(partition);
      }
    });
    if (!full.equals(paused)) {
      Set<TopicPartition> resumed = new HashSet<>(paused);
      resumed.removeAll(full);
      resumed.retainAll(commits.partitions());
      consumer.resume(resumed);
      consumer.pause(full);
      paused.clear();
      paused.addAll(full);
    }
  }

  /** Reads none of these partitions as long as this member owns them. */
  void leaveUnread(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
  }

  void forget(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
  }
}
