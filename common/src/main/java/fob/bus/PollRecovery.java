package fob.bus;

import fob.service.Loop;
import fob.service.Threads;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the iterations of a loop that polls a consumer, and repairs what makes a poll fail. A failed
 * iteration is logged and tried again. Two causes would make every further poll fail, so they are
 * repaired first: a position that the topic does not have any more, and a record that Kafka's
 * client cannot read. Used by the loop's thread alone.
 */
public final class PollRecovery {

  private static final Logger LOGGER = LoggerFactory.getLogger(PollRecovery.class);
  private static final Duration BACKOFF = Duration.ofMillis(500);

  private final Loop loop;
  private final Consumer<String, byte[]> consumer;
  private final java.util.function.Consumer<InvalidOffsetException> startOver;
  private final Skipped skipped;
  private @Nullable KafkaException failure;

  /**
   * @param topics the names of those that the consumer reads, for the log
   * @param startOver seeks where reading can go on, as the log does not have the consumer's
   *     position: the topic was made anew, or cut off
   */
  public PollRecovery(
      Loop loop,
      String topics,
      Consumer<String, byte[]> consumer,
      java.util.function.Consumer<InvalidOffsetException> startOver) {
    this.loop = loop;
    this.consumer = consumer;
    this.startOver = startOver;
    this.skipped = new Skipped(topics);
  }

  /** Counts and logs the records that the loop skips. */
  public Skipped skipped() {
    return skipped;
  }

  /**
   * Runs one iteration.
   *
   * @throws IllegalStateException if this consumer can never read again
   */
  public void run(Runnable iteration) {
    try {
      // Within the try, since the repair asks the broker and may fail as well.
      repair();
      iteration.run();
    } catch (WakeupException called) {
      // The caller wants the thread: the condition of its loop decides.
    } catch (FencedInstanceIdException replaced) {
      throw new IllegalStateException(
          "another process has the same FOB_MEMBER and has taken this one's place", replaced);
    } catch (KafkaException e) {
      failure = e;
    } catch (RuntimeException bug) {
      loop.failed(bug);
      Threads.pause(BACKOFF);
    }
  }

  private void repair() {
    KafkaException last = failure;
    failure = null;
    if (last == null) {
      return;
    }
    try {
      repair(last);
    } catch (WakeupException called) {
      failure = last;
      throw called;
    }
  }

  private void repair(KafkaException last) {
    if (last instanceof InvalidOffsetException lost) {
      LOGGER.atWarn().log("the topic has lost the next record: {}", lost.getMessage());
      startOver.accept(lost);
      return;
    }
    Optional<Unreadable> bad = Unreadable.skip(consumer, last);
    if (bad.isPresent()) {
      skipped.add(bad.get(), last);
    } else {
      loop.failed(last.toString());
      Threads.pause(BACKOFF);
    }
  }
}
