package fob.bus;

import fob.bus.wire.Topic;
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
 * The turns of a loop that reads with a consumer. One that fails is told and tried again; what
 * would make every further one fail is mended first: a position that the log does not have any
 * more, and a record that cannot be read. Used by the loop's thread.
 */
public final class Turns {

  private static final Logger LOGGER = LoggerFactory.getLogger(Turns.class);
  private static final Duration BACKOFF = Duration.ofMillis(500);

  private final Loop loop;
  private final Consumer<String, byte[]> consumer;
  private final java.util.function.Consumer<InvalidOffsetException> startOver;
  private final Skipped skipped;
  private @Nullable KafkaException failure;

  /**
   * @param topic the one that the consumer reads
   * @param startOver seeks where reading can go on, as the log does not have the consumer's
   *     position: the topic was made anew, or cut off
   */
  public Turns(
      Loop loop,
      Topic topic,
      Consumer<String, byte[]> consumer,
      java.util.function.Consumer<InvalidOffsetException> startOver) {
    this.loop = loop;
    this.consumer = consumer;
    this.startOver = startOver;
    this.skipped = new Skipped(topic.name());
  }

  /** Records that the loop skips. */
  Skipped skipped() {
    return skipped;
  }

  /**
   * One turn.
   *
   * @throws IllegalStateException if this consumer can never read again
   */
  public void run(Runnable turn) {
    try {
      // Within the try, since mending asks the broker and may fail as well.
      mend();
      turn.run();
    } catch (WakeupException called) {
      // Somebody wants the thread: the loop sees what for.
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

  private void mend() {
    KafkaException last = failure;
    failure = null;
    if (last == null) {
      return;
    }
    if (last instanceof InvalidOffsetException lost) {
      LOGGER.atWarn().log("the log has changed under its reader: {}", lost.getMessage());
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
