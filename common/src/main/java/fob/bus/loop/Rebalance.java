package fob.bus.loop;

import fob.service.Loop;
import fob.service.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over partitions that Kafka assigns to this member, and hands over those that it revokes.
 */
final class Rebalance implements ConsumerRebalanceListener {

  private static final Logger LOGGER = LoggerFactory.getLogger(Rebalance.class);
  private static final Duration BACKOFF = Duration.ofMillis(500);

  /** How long records in flight may take to end before their partition is handed over. */
  private static final Duration HAND_OVER = Duration.ofSeconds(1);

  /** The same if there are notes: a record that has not ended then costs a note, and no more. */
  private static final Duration HAND_OVER_WITH_NOTES = Duration.ofMillis(100);

  private final Loop loop;
  private final Commits commits;
  private final ReadingPause pause;
  private final Optional<HandOver> handOver;
  private final Ownership ownership;
  private final BooleanSupplier stopping;

  /** Of partitions that belong to this member no more, while it finishes records of them. */
  private final List<CommitTracker> gone = new ArrayList<>();

  /**
   * @param handOver empty if records are so short that the next owner need not hear of them
   * @param stopping whether the loop has been told to end
   */
  Rebalance(
      Loop loop,
      Commits commits,
      ReadingPause pause,
      Optional<HandOver> handOver,
      Ownership ownership,
      BooleanSupplier stopping) {
    this.loop = loop;
    this.commits = commits;
    this.pause = pause;
    this.handOver = handOver;
    this.ownership = ownership;
    this.stopping = stopping;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      handOver.ifPresent(HandOver::catchUp);
    }
    // A record must not come before its tracker. So this thread does nothing else until it is made.
    while (!stopping.getAsBoolean() && !commits.partitions().containsAll(partitions)) {
      try {
        commits.track(partitions);
      } catch (WakeupException stop) {
        // The loop is to end: the condition above decides.
      } catch (KafkaException e) {
        loop.failed(e.toString());
        Threads.pause(BACKOFF);
      }
    }
    List<TopicPartition> tracked = commits.owned(partitions);
    pause.leaveUnread(
        partitions.stream().filter(partition -> !tracked.contains(partition)).toList());
    ownership.gained(tracked);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    // The loop may have ended before it has tracked some of them.
    List<TopicPartition> partitions = commits.owned(revoked);
    InFlight.awaitNone(
        partitions.stream().map(commits::tracker).toList(),
        handOver.isPresent() ? HAND_OVER_WITH_NOTES : HAND_OVER);
    handOver.ifPresent(notes -> notes.leave(begun(partitions)));
    try {
      commits.commitNow(partitions);
    } catch (KafkaException e) {
      LOGGER.atWarn().log("Kafka, at hand-over, so calls may run twice: {}", e.toString());
    }
    forget(partitions);
  }

  private Map<TopicIdPartition, Supplier<Set<Long>>> begun(List<TopicPartition> partitions) {
    Map<TopicIdPartition, Supplier<Set<Long>>> begun = new HashMap<>();
    for (TopicPartition partition : partitions) {
      begun.put(
          new TopicIdPartition(commits.topicId(partition.topic()), partition),
          commits.tracker(partition)::close);
    }
    return begun;
  }

  /** Another member has these partitions already. Records in flight may run there as well. */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    LOGGER.atWarn().addKeyValue("partitions", partitions).log("lost without a hand-over");
    forget(partitions);
  }

  /** First no record may begin any more: those who hear of it let records go on that waited. */
  private void forget(Collection<TopicPartition> partitions) {
    gone.addAll(commits.owned(partitions).stream().map(commits::tracker).toList());
    commits.forget(partitions);
    gone.removeIf(tracker -> tracker.inFlight() == 0);
    pause.forget(partitions);
    ownership.gone(partitions);
  }

  /**
   * The trackers of all partitions with records that this member has to finish: those that it owns,
   * and those that belonged to it.
   */
  List<CommitTracker> unended() {
    return Stream.concat(commits.trackers().stream(), gone.stream()).toList();
  }
}
