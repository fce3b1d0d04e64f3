package fob.bus.loop;

import fob.service.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether this member may run a record, and hands it to the handler. A record that the
 * previous owner of the partition has begun waits: if the previous owner finishes it, it is marked
 * done; if the previous owner dies, it runs here. Thread-safe.
 */
final class Dispatcher {

  private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final RecordHandler handler;
  private final Optional<HandOver> handOver;
  private final Membership membership;
  private final AtomicLong bytesInFlight = new AtomicLong();

  /**
   * @param handOver empty if records are so short that the next owner need not hear of them
   */
  Dispatcher(RecordHandler handler, Optional<HandOver> handOver, Membership membership) {
    this.handler = handler;
    this.handOver = handOver;
    this.membership = membership;
  }

  /** The bytes of the values of all records that are not done. */
  long bytesInFlight() {
    return bytesInFlight.get();
  }

  /**
   * Runs on the poll thread and does not block. The tracker has started the record already.
   *
   * @param topic the id of the topic that the record is in
   */
  void dispatch(ConsumerRecord<String, byte[]> record, Uuid topic, CommitTracker tracker) {
    Dispatched dispatched = new Dispatched(record, topic, tracker);
    bytesInFlight.addAndGet(dispatched.bytes());
    switch (previousOwner(dispatched)) {
      case HAS_FINISHED -> dispatched.done();
      case IS_RUNNING -> Thread.ofVirtual().start(() -> await(dispatched));
      case HAS_NOT_BEGUN, HAS_DIED -> handle(dispatched);
    }
  }

  private PreviousOwner previousOwner(Dispatched dispatched) {
    return handOver
        .map(notes -> notes.previousOwner(dispatched.partition, dispatched.record.offset()))
        .orElse(PreviousOwner.HAS_NOT_BEGUN);
  }

  private void await(Dispatched dispatched) {
    PreviousOwner previous = PreviousOwner.IS_RUNNING;
    while (previous == PreviousOwner.IS_RUNNING && !dispatched.tracker.isClosed()) {
      Threads.pause(LOOK_AGAIN);
      previous = previousOwner(dispatched);
    }
    if (previous == PreviousOwner.HAS_DIED && !dispatched.tracker.isClosed()) {
      handle(dispatched);
    } else {
      dispatched.done();
    }
  }

  /** If the handler fails, the record stays unfinished: it is delivered again after a restart. */
  private void handle(Dispatched dispatched) {
    try {
      handler.handle(dispatched.record, dispatched);
    } catch (RuntimeException e) {
      LOGGER
          .atError()
          .addKeyValue("topic", dispatched.record.topic())
          .addKeyValue("offset", dispatched.record.offset())
          .setCause(e)
          .log("the handler did not take a record");
    }
  }

  private final class Dispatched implements Delivery {

    private final ConsumerRecord<String, byte[]> record;
    private final TopicIdPartition partition;
    private final CommitTracker tracker;

    Dispatched(ConsumerRecord<String, byte[]> record, Uuid topic, CommitTracker tracker) {
      this.record = record;
      this.partition = new TopicIdPartition(topic, record.partition(), record.topic());
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
