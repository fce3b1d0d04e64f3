package fob.bus;

import fob.service.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands records to their handler. One that the partition's old owner has begun waits: if that one
 * finishes it, it is done; if that one dies, it is handled here. Thread-safe.
 */
final class Dispatcher {

  private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final ConsumerLoop.Handler handler;
  private final Optional<HandOver> handOver;
  private final Membership membership;
  private final AtomicLong bytesInFlight = new AtomicLong();

  /**
   * @param handOver empty where records are so short that nobody needs to be told of them
   */
  Dispatcher(ConsumerLoop.Handler handler, Optional<HandOver> handOver, Membership membership) {
    this.handler = handler;
    this.handOver = handOver;
    this.membership = membership;
  }

  /** Bytes of the values of the records that are with the handler. */
  long bytesInFlight() {
    return bytesInFlight.get();
  }

  /**
   * Called on the poll thread: does not block. The tracker has taken the record up.
   *
   * @param log the id of the log that the record is in
   */
  void dispatch(ConsumerRecord<String, byte[]> record, Uuid log, CommitTracker tracker) {
    Held held = new Held(record, log, tracker);
    bytesInFlight.addAndGet(held.bytes());
    switch (begun(held)) {
      case AND_DONE -> held.done();
      case ELSEWHERE -> Thread.ofVirtual().start(() -> await(held));
      case BY_NOBODY, BY_THE_DEAD -> handle(held);
    }
  }

  private HandOver.Begun begun(Held held) {
    return handOver
        .map(notes -> notes.begun(held.partition, held.record.offset()))
        .orElse(HandOver.Begun.BY_NOBODY);
  }

  private void await(Held held) {
    HandOver.Begun begun = HandOver.Begun.ELSEWHERE;
    while (begun == HandOver.Begun.ELSEWHERE && !held.tracker.isClosed()) {
      Threads.pause(LOOK_AGAIN);
      begun = begun(held);
    }
    if (begun == HandOver.Begun.BY_THE_DEAD && !held.tracker.isClosed()) {
      handle(held);
    } else {
      held.done();
    }
  }

  /** A record that the handler does not take stays unfinished: it comes again after a restart. */
  private void handle(Held held) {
    try {
      handler.handle(held.record, held);
    } catch (RuntimeException e) {
      LOGGER
          .atError()
          .addKeyValue("topic", held.record.topic())
          .addKeyValue("offset", held.record.offset())
          .setCause(e)
          .log("a record was not taken");
    }
  }

  private final class Held implements ConsumerLoop.Delivery {

    private final ConsumerRecord<String, byte[]> record;
    private final TopicIdPartition partition;
    private final CommitTracker tracker;

    Held(ConsumerRecord<String, byte[]> record, Uuid log, CommitTracker tracker) {
      this.record = record;
      this.partition =
          new TopicIdPartition(log, new TopicPartition(record.topic(), record.partition()));
      this.tracker = tracker;
    }

    int bytes() {
      return Math.max(0, record.serializedValueSize());
    }

    @Override
    public void done() {
      bytesInFlight.addAndGet(-bytes());
      if (tracker.done(record.offset())) {
        handOver.ifPresent(notes -> notes.finished(partition, record.offset()));
      }
    }

    @Override
    public boolean begin() {
      membership.awaitKnown();
      return tracker.begin(record.offset());
    }
  }
}
