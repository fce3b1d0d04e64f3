package fob.gateway.result;

import fob.bus.LogReader;
import fob.bus.wire.ProgressWire;
import fob.bus.wire.ResponseWire;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.call.Progress;
import fob.call.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Searches Kafka for one call, in as many turns as it takes. First it looks for the call's
 * acceptance on {@code fob.progress}, a topic of small records. If there is none where it must be,
 * and no reply either, there is no such call, however long the log is. When a search is over, a
 * further {@link #read} reads what was written since. Used by the thread that has it ({@link
 * #enter}).
 */
final class ResultSearch {

  private final Wanted wanted;
  private final LogScan progresses;
  private final LogScan responses;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Progress progress;
  private @Nullable Response response;

  /**
   * @param progresses the number of partitions of {@code fob.progress}
   * @param responses the number of partitions of {@code fob.response}
   */
  ResultSearch(Wanted wanted, int progresses, int responses) {
    this.wanted = wanted;
    this.progresses = scan(Topics.PROGRESS.name(), progresses);
    this.responses = scan(Topics.RESPONSE.name(), responses);
  }

  private LogScan scan(String topic, int partitions) {
    int partition = Topic.partition(wanted.id().value(), partitions);
    return new LogScan(new TopicPartition(topic, partition), wanted.since(), wanted.until());
  }

  /** Gets this search for the calling thread; false if another one has it for all that time. */
  boolean enter(long nanos) throws InterruptedException {
    return lock.tryLock(nanos, TimeUnit.NANOSECONDS);
  }

  /** The thread does not use this search any more. */
  void leave() {
    lock.unlock();
  }

  /** The partition that gets the call's reply. */
  TopicPartition replies() {
    return responses.partition();
  }

  /** The offset in {@link #replies} up to which there is no reply. */
  long repliesRead() {
    return responses.position();
  }

  /**
   * Reads on until the turn is over. Blocks.
   *
   * @param untilNanos when the turn ends, as {@link System#nanoTime} has it
   * @return whether the search is over
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read
   */
  boolean read(LogReader consumer, long untilNanos) {
    if (response != null) {
      return true;
    }
    if (!progresses.read(consumer, untilNanos, this::readProgress)) {
      return false;
    }
    if (progress != null) {
      // The call was accepted, so its reply may be anywhere.
      progresses.removeEnd();
      responses.removeEnd();
      if (!progresses.read(consumer, untilNanos, this::readProgress)) {
        return false;
      }
    }
    return responses.read(consumer, untilNanos, this::readResponse);
  }

  /** What was found by a search that is over. */
  Finding finding() {
    if (response != null) {
      return new Finding.Over(response);
    }
    return progress == null ? new Finding.Unknown() : new Finding.Going(progress, null);
  }

  /** What was found by a search that was stopped. */
  Finding stopped() {
    if (response != null) {
      return finding();
    }
    return progress == null
        ? new Finding.Stopped(responses.readTo())
        : new Finding.Going(progress, responses.readTo());
  }

  private boolean readProgress(ConsumerRecord<String, byte[]> record) {
    if (isWanted(record)) {
      try {
        Progress found = ProgressWire.decode(record);
        if (progress == null || progress.attempt() <= found.attempt()) {
          progress = found;
        }
      } catch (RuntimeException malformed) {
        // Another program's record. It says nothing of the call.
      }
    }
    return true;
  }

  private boolean readResponse(ConsumerRecord<String, byte[]> record) {
    if (isWanted(record)) {
      try {
        response = ResponseWire.decode(record);
        return false;
      } catch (RuntimeException malformed) {
        // Another program's record. It says nothing of the call.
      }
    }
    return true;
  }

  private boolean isWanted(ConsumerRecord<String, byte[]> record) {
    return wanted.id().value().equals(record.key());
  }
}
