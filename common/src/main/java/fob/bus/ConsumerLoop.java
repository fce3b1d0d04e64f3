package fob.bus;

import fob.bus.wire.Topic;
import fob.service.Loop;
import fob.service.Threads;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic as a member of a group and completes records one by one, in any order. The poll
 * thread hands each record over and never waits for one: a long call stalls nobody. Delivery is at
 * least once: a record counts as done only when its handler says so, and what was not done is
 * delivered again, to this member after a restart or to another one after a rebalance.
 *
 * <p>Single use: {@link #start} once, then {@link #close}, which waits for the records in flight.
 */
public final class ConsumerLoop implements AutoCloseable {

  /** Takes a record over. Called on the poll thread, so it must not block. */
  @FunctionalInterface
  public interface Handler {
    void handle(ConsumerRecord<String, byte[]> record, Delivery delivery);
  }

  /** A record that its handler has. Thread-safe. */
  @FunctionalInterface
  public interface Delivery {
    /**
     * To be called once: the record need not be delivered again. After a hand-over it only lets go
     * of the record.
     */
    void done();

    /**
     * To be asked before the record has any effect: whether it is still this member's. If not,
     * another member has got it. Once it has begun it is this member's to finish, also after its
     * partition has moved. Blocks while this process, after it stood still, does not know yet.
     */
    default boolean begin() {
      return true;
    }
  }

  /** Hears what this member owns. Called on the poll thread, before and after its records. */
  public interface Ownership {
    Ownership IGNORED =
        new Ownership() {
          @Override
          public void gained(Collection<TopicPartition> partitions) {}

          @Override
          public void gone(Collection<TopicPartition> partitions) {}
        };

    void gained(Collection<TopicPartition> partitions);

    /** Handed over, or lost to another member. */
    void gone(Collection<TopicPartition> partitions);
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(ConsumerLoop.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration POLL_WHILE_FULL = Duration.ofMillis(5);
  private static final Duration COMMIT_EVERY = Duration.ofMillis(200);
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration HAND_OVER = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final Topic topic;
  private final LogReader consumer;
  private final Dispatcher dispatcher;
  private final Optional<HandOver> handOver;
  private final Ownership ownership;
  private final Bounds bounds;
  private final Membership membership;
  private final Loop loop;
  private final Turns turns;
  private final Map<TopicPartition, CommitTracker> trackers = new ConcurrentHashMap<>();
  private final Map<TopicPartition, CommitTracker.Progress> committed = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();

  /** The one to which the trackers' offsets belong. Used by the poll thread alone. */
  private Uuid log = Uuid.ZERO_UUID;

  private long lastCommitNanos = System.nanoTime();
  private volatile boolean stopping;
  private volatile boolean rejoining;

  /**
   * How much a loop takes on.
   *
   * @param inFlight records with the handler before reading pauses
   * @param bytesInFlight bytes of their values, likewise
   * @param drain how long {@link #close} waits for records in flight
   */
  public record Bounds(int inFlight, long bytesInFlight, Duration drain) {}

  /**
   * @param loop a new one
   * @param consumer from {@link Bus#member}; this loop closes it
   * @param handOver tells the next owner of a partition what goes on here, if that is worth it
   */
  public ConsumerLoop(
      Loop loop,
      Topic topic,
      LogReader consumer,
      Bounds bounds,
      Ownership ownership,
      Optional<HandOver> handOver,
      Handler handler) {
    this(
        loop,
        topic,
        consumer,
        bounds,
        ownership,
        handOver,
        handler,
        new Membership(System::nanoTime));
  }

  ConsumerLoop(
      Loop loop,
      Topic topic,
      LogReader consumer,
      Bounds bounds,
      Ownership ownership,
      Optional<HandOver> handOver,
      Handler handler,
      Membership membership) {
    this.topic = topic;
    this.consumer = consumer;
    this.handOver = handOver;
    this.dispatcher = new Dispatcher(handler, handOver, membership);
    this.ownership = ownership;
    this.bounds = bounds;
    this.membership = membership;
    this.loop = loop;
    this.turns = new Turns(loop, topic, consumer, this::startOver);
  }

  public void start() {
    loop.start(this::run);
  }

  private void run() {
    try (consumer) {
      consumer.subscribe(List.of(topic.name()), new Rebalance());
      while (!stopping) {
        turns.run(this::turn);
      }
      membership.end();
      List<CommitTracker> ours = List.copyOf(trackers.values());
      if (handOver.isPresent()) {
        // Others go on at once; what has begun here ends here meanwhile, and nothing else begins.
        ours.forEach(CommitTracker::close);
        consumer.unsubscribe();
      }
      awaitIdle(ours, bounds.drain());
      commitNow(trackers.keySet());
    } catch (KafkaException e) {
      LOGGER.atWarn().addKeyValue("topic", topic.name()).log("bus, at close: {}", e.toString());
    }
  }

  /** The log has lost what was to be read next: reading goes on at its beginning. */
  private void startOver(InvalidOffsetException lost) {
    boolean isAnew = !consumer.log(topic.name()).equals(log);
    consumer.seekToBeginning(lost.partitions());
    for (TopicPartition partition : lost.partitions()) {
      long beginning = consumer.position(partition);
      if (isAnew || beginning < tracker(partition).progress().offset()) {
        // Other records have these offsets now.
        trackers.put(partition, new CommitTracker(beginning, ""));
        committed.remove(partition);
      }
    }
    log = consumer.log(topic.name());
  }

  private void turn() {
    if (rejoining) {
      rejoining = false;
      consumer.enforceRebalance("partitions belong to no member");
    }
    boundReading();
    ConsumerRecords<String, byte[]> records =
        consumer.poll(paused.isEmpty() ? POLL : POLL_WHILE_FULL);
    if (!isStillMember()) {
      rewind(records);
      return;
    }
    loop.succeeded();
    for (ConsumerRecord<String, byte[]> record : records) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      CommitTracker tracker = tracker(partition);
      if (tracker.start(record.offset())) {
        dispatcher.dispatch(record, log, tracker);
      }
    }
    if (System.nanoTime() - lastCommitNanos > COMMIT_EVERY.toNanos()) {
      Map<TopicPartition, OffsetAndMetadata> due = due(trackers.keySet());
      if (!due.isEmpty()) {
        consumer.commitAsync(due, this::tryFailedCommitAgain);
      }
      lastCommitNanos = System.nanoTime();
    }
  }

  /** The group takes no commit of one that it has replaced. */
  private boolean isStillMember() {
    if (membership.isDoubtful()) {
      try {
        commitNow(trackers.keySet());
      } catch (KafkaException e) {
        loop.failed("stood still, and does not know yet whether it was replaced: " + e);
        committed.clear();
        return false;
      }
    }
    membership.known();
    return true;
  }

  /** As if they had not been read: whoever the group says is to read them will. */
  private void rewind(ConsumerRecords<String, byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      if (consumer.assignment().contains(partition)) {
        consumer.seek(partition, records.records(partition).getFirst().offset());
      }
    }
  }

  /** Runs on the poll thread, as every callback of a consumer does. */
  private void tryFailedCommitAgain(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
    if (failure != null) {
      committed.keySet().removeAll(offsets.keySet());
    }
  }

  /** Pauses everything while too much is in flight, and one partition that runs too far ahead. */
  private void boundReading() {
    boolean isFull =
        trackers.values().stream().mapToInt(CommitTracker::inFlight).sum() >= bounds.inFlight()
            || dispatcher.bytesInFlight() >= bounds.bytesInFlight();
    Set<TopicPartition> full = new HashSet<>();
    trackers.forEach((partition, tracker) -> {
      // Half as headroom: what the client has fetched already still comes after a pause.
      if (isFull || tracker.ahead() >= CommitTracker.MAX_AHEAD / 2) {
        full.add(partition);
      }
    });
    if (!full.equals(paused)) {
      Set<TopicPartition> resumed = new HashSet<>(paused);
      resumed.removeAll(full);
      resumed.retainAll(trackers.keySet());
      consumer.resume(resumed);
      consumer.pause(full);
      paused.clear();
      paused.addAll(full);
    }
  }

  private CommitTracker tracker(TopicPartition partition) {
    CommitTracker tracker = trackers.get(partition);
    if (tracker == null) {
      throw new IllegalStateException(partition + " was delivered but never assigned");
    }
    return tracker;
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

  private void commitNow(Collection<TopicPartition> partitions) {
    committed.keySet().removeAll(partitions);
    Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
    if (!due.isEmpty()) {
      try {
        consumer.commitSync(due, CLOSE);
      } catch (WakeupException stop) {
        // close() meant poll(), which this thread was not in.
        consumer.commitSync(due, CLOSE);
      }
    }
  }

  private static void awaitIdle(Collection<CommitTracker> trackers, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (trackers.stream().anyMatch(tracker -> tracker.inFlight() > 0)
        && System.nanoTime() < deadline) {
      Threads.pause(POLL_WHILE_FULL);
    }
  }

  /**
   * Asks the group to deal its partitions anew: some belong to nobody, which it has not noticed.
   * Without effect unless this member is the one that deals.
   */
  public void rejoin() {
    rejoining = true;
  }

  /** Begins to stop: nothing more is read. */
  public void stop() {
    stopping = true;
    consumer.wakeup();
  }

  /**
   * Stops reading, waits for the records in flight as long as {@code drain} allows, and commits.
   */
  @Override
  public void close() {
    stopping = true;
    if (!loop.isStarted()) {
      consumer.close();
      return;
    }
    consumer.wakeup();
    loop.end(bounds.drain().plus(CLOSE).plus(CLOSE));
  }

  /** All on the poll thread. */
  private final class Rebalance implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Records must not come before their tracker: until it can be made, this thread does nothing
      // else.
      while (!stopping && !trackers.keySet().containsAll(partitions)) {
        try {
          track(partitions);
        } catch (WakeupException stop) {
          // close() wants the thread; the loop's condition decides.
        } catch (KafkaException e) {
          loop.failed(e.toString());
          Threads.pause(BACKOFF);
        }
      }
      ownership.gained(partitions);
    }

    private void track(Collection<TopicPartition> partitions) {
      Map<TopicPartition, OffsetAndMetadata> before = consumer.committed(Set.copyOf(partitions));
      log = consumer.log(topic.name());
      if (!partitions.isEmpty()) {
        handOver.ifPresent(HandOver::catchUp);
      }
      List<TopicPartition> fresh =
          partitions.stream().filter(partition -> before.get(partition) == null).toList();
      if (!fresh.isEmpty()) {
        // All at once, since asking for one position looks all of them up; none would mean all.
        consumer.seekToBeginning(fresh);
      }
      for (TopicPartition partition : partitions) {
        OffsetAndMetadata commit = before.get(partition);
        trackers.put(
            partition,
            commit != null
                ? new CommitTracker(commit.offset(), commit.metadata())
                : new CommitTracker(consumer.position(partition), ""));
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      List<TopicPartition> partitions = tracked(revoked);
      awaitIdle(partitions.stream().map(ConsumerLoop.this::tracker).toList(), HAND_OVER);
      for (TopicPartition partition : partitions) {
        CommitTracker tracker = tracker(partition);
        handOver.ifPresent(
            notes -> notes.leave(new TopicIdPartition(log, partition), tracker::close));
      }
      try {
        commitNow(partitions);
      } catch (KafkaException e) {
        LOGGER.atWarn().log("bus, at hand-over, so calls may run twice: {}", e.toString());
      }
      forget(partitions);
    }

    /** Somebody else has them already: what is in flight here may run there as well. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      LOGGER.atWarn().addKeyValue("partitions", partitions).log("lost without a hand-over");
      forget(partitions);
    }

    /** This loop may have stopped before it could take some of them up. */
    private List<TopicPartition> tracked(Collection<TopicPartition> partitions) {
      return partitions.stream().filter(trackers::containsKey).toList();
    }

    private void forget(Collection<TopicPartition> partitions) {
      ownership.gone(partitions);
      tracked(partitions).forEach(partition -> tracker(partition).close());
      trackers.keySet().removeAll(partitions);
      committed.keySet().removeAll(partitions);
      paused.removeAll(partitions);
    }
  }
}
