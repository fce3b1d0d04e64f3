package fob.bus.loop;

import fob.bus.Bus;
import fob.bus.LogReader;
import fob.bus.PollRecovery;
import fob.service.Loop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics as a member of a consumer group. Records may be finished in any order. The poll
 * thread hands each record to the {@link RecordHandler} and never waits for it, so a long call
 * delays no other. Delivery is at least once: a record counts as done when its handler calls {@link
 * Delivery#done}. Records that are not done are delivered again, to this member after a restart, or
 * to another member after a rebalance.
 *
 * <p>Single use: {@link #start} once, then {@link #close}, which waits for the records in flight.
 */
public final class ConsumerLoop implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ConsumerLoop.class);

  /** While records are in flight, so that they are committed soon after their end. */
  private static final Duration POLL = Duration.ofMillis(100);

  private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(5);

  /** Shorter than the time for which a membership is certain. */
  private static final Duration POLL_WHILE_IDLE = Duration.ofSeconds(1);

  private final LogReader consumer;
  private final Intakes intakes;
  private final Work work;
  private final Membership membership;
  private final Loop loop;
  private final PollRecovery recovery;
  private final Commits commits;
  private final ReadingPause pause;
  private final Rebalance rebalance;
  private final Leaving leaving;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();

  /**
   * What a loop does with its partitions.
   *
   * @param handOver empty if records end so soon that the next owner of a partition need not hear
   *     of them
   * @param drain how long {@link #close} waits for records in flight
   */
  public record Work(Ownership ownership, Optional<HandOver> handOver, Duration drain) {

    /** For records that end soon. */
    public static Work brief(Duration drain) {
      return new Work(Ownership.IGNORED, Optional.empty(), drain);
    }
  }

  /**
   * @param loop a new one
   * @param intakes the topics of the group; at least one
   * @param consumer from {@link Bus#member}; this loop closes it
   */
  public ConsumerLoop(Loop loop, List<Intake> intakes, LogReader consumer, Work work) {
    this(loop, intakes, consumer, work, new Membership(System::nanoTime));
  }

  ConsumerLoop(
      Loop loop, List<Intake> intakes, LogReader consumer, Work work, Membership membership) {
    this.consumer = consumer;
    this.work = work;
    this.membership = membership;
    this.loop = loop;
    this.commits = new Commits(consumer);
    this.intakes = new Intakes(intakes, commits, work.handOver(), membership);
    this.recovery =
        new PollRecovery(
            loop, String.join(", ", this.intakes.names()), consumer, commits::startOver);
    this.pause = new ReadingPause(consumer, commits);
    this.rebalance =
        new Rebalance(loop, commits, pause, work.handOver(), work.ownership(), stopping::get);
    this.leaving = new Leaving(consumer, commits, rebalance, membership, work);
  }

  public void start() {
    loop.start(this::run);
  }

  private void run() {
    try (consumer) {
      consumer.subscribe(intakes.names(), rebalance);
      while (!stopping.get()) {
        recovery.run(this::poll);
      }
      leaving.run(() -> recovery.run(this::poll));
    } catch (KafkaException e) {
      LOGGER
          .atWarn()
          .addKeyValue("topics", intakes.names())
          .log("Kafka, at close: {}", e.toString());
    }
  }

  private void poll() {
    for (Runnable one = asked.poll(); one != null; one = asked.poll()) {
      one.run();
    }
    pause.update(intakes.full());
    ConsumerRecords<String, byte[]> records = consumer.poll(longestPoll());
    if (!isStillMember()) {
      rewind(records);
      return;
    }
    loop.succeeded();
    records.forEach(intakes::dispatch);
    commits.commitIfDue();
  }

  private Duration longestPoll() {
    if (pause.isAnyPaused()) {
      return POLL_WHILE_PAUSED;
    }
    return commits.areSettled() ? POLL_WHILE_IDLE : POLL;
  }

  /** After this process stood still: the group takes no commit of a member that it has replaced. */
  private boolean isStillMember() {
    if (membership.isDoubtful()) {
      try {
        commits.commitNow(commits.partitions());
      } catch (KafkaException e) {
        loop.failed("stood still, and does not know yet whether it was replaced: " + e);
        commits.forgetCommitted(commits.partitions());
        return false;
      }
    }
    membership.known();
    return true;
  }

  /** Undoes a poll: the member that owns the partitions will read these records. */
  private void rewind(ConsumerRecords<String, byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      if (consumer.assignment().contains(partition)) {
        consumer.seek(partition, records.records(partition).getFirst().offset());
      }
    }
  }

  /**
   * Asks the group to assign its partitions anew, since some belong to no member and the group has
   * not noticed. Has an effect only in the member that assigns them.
   */
  public void rejoin() {
    asked.add(() -> consumer.enforceRebalance("partitions belong to no member"));
  }

  /** Leaves the group and joins it again: only the group knows whether this member was replaced. */
  public void joinAnew() {
    asked.add(consumer::unsubscribe);
    asked.add(() -> consumer.subscribe(intakes.names(), rebalance));
  }

  /** Begins to stop: the loop reads no further records. Does not block. */
  public void stop() {
    if (stopping.compareAndSet(false, true)) {
      // Once only: a second wake-up could end the last commit.
      consumer.wakeup();
    }
  }

  /**
   * Stops reading, waits for the records in flight as long as {@link Work#drain} allows, and
   * commits. Blocks for {@code drain} and 14 s at most.
   */
  @Override
  public void close() {
    if (!loop.isStarted()) {
      consumer.close();
      return;
    }
    stop();
    loop.end(work.drain().plus(Leaving.KAFKA));
  }
}
