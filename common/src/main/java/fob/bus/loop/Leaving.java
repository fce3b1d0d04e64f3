package fob.bus.loop;

import fob.bus.LogReader;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * The last steps of a loop: the member hands its partitions over, finishes the records in flight,
 * and commits. Used by the poll thread alone.
 */
final class Leaving {

  /** How long a member waits for the end of a rebalance. */
  private static final Duration REBALANCE = Duration.ofSeconds(5);

  /** The longest that {@link #run} waits for Kafka. */
  static final Duration KAFKA = REBALANCE.plus(Commits.SYNC.multipliedBy(3));

  private final LogReader consumer;
  private final Commits commits;
  private final Rebalance rebalance;
  private final Membership membership;
  private final ConsumerLoop.Work work;

  Leaving(
      LogReader consumer,
      Commits commits,
      Rebalance rebalance,
      Membership membership,
      ConsumerLoop.Work work) {
    this.consumer = consumer;
    this.commits = commits;
    this.rebalance = rebalance;
    this.membership = membership;
    this.work = work;
  }

  /**
   * Leaves the group. Blocks for {@link ConsumerLoop.Work#drain} and {@link #KAFKA} at most.
   *
   * @param turn a turn of the loop, which lets the member take part in a rebalance
   * @throws KafkaException if Kafka answers at first, and does not take the last commit
   */
  void run(Runnable turn) {
    boolean takesCommits = awaitEndOfRebalance(turn);
    membership.end();
    List<CommitTracker> unended = rebalance.unended();
    if (work.handOver().isPresent()) {
      // Other members go on at once. Records that have begun here end here, and no others begin.
      unended.forEach(CommitTracker::close);
      if (takesCommits) {
        consumer.unsubscribe();
      }
    }
    InFlight.awaitNone(unended, work.drain());
    if (takesCommits) {
      commits.commitNow(commits.partitions());
    }
  }

  /**
   * While a group rebalances, Kafka takes no commit of a member, and the client of a member that
   * leaves the group gives its partitions up without a hand-over.
   *
   * @return false if Kafka does not answer: the consumer commits when it is closed, if that works
   */
  private boolean awaitEndOfRebalance(Runnable turn) {
    long end = System.nanoTime() + REBALANCE.toNanos();
    while (System.nanoTime() < end) {
      try {
        commits.commitNow(commits.partitions());
        return true;
      } catch (RebalanceInProgressException e) {
        turn.run();
      } catch (KafkaException e) {
        return false;
      }
    }
    return true;
  }
}
