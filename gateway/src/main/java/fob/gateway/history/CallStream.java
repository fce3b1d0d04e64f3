package fob.gateway.history;

import fob.bus.LogReader;
import fob.bus.Unreadable;
import fob.bus.wire.Topics;
import fob.call.CallKey;
import fob.function.FunctionId;
import fob.gateway.http.ServerEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends a share of the new calls of a function to one client. It reads as fast as the client does,
 * with a consumer of its own: no call waits for it, and its memory does not grow. Used by the
 * client's thread.
 */
final class CallStream {

  private static final Duration POLL = Duration.ofMillis(250);

  private final LogReader consumer;
  private final Set<TopicPartition> partitions;
  private final String function;
  private final Share share;
  private final ServerEvents events;
  private final RecentLots seen = new RecentLots();

  /**
   * @param consumer nobody else uses it meanwhile
   * @param partitions those that have calls of the function
   */
  CallStream(
      LogReader consumer,
      Set<TopicPartition> partitions,
      FunctionId function,
      Share share,
      ServerEvents events) {
    this.consumer = consumer;
    this.partitions = partitions;
    this.function = function.toString();
    this.share = share;
    this.events = events;
  }

  /**
   * Sends calls until the client goes or the function is removed.
   *
   * @param exists whether the function is there
   * @param stopping whether all clients have to go
   * @throws IOException if the client has gone
   * @throws KafkaException if Kafka cannot be read, before the first byte is sent
   */
  void run(BooleanSupplier exists, BooleanSupplier stopping) throws IOException {
    consumer.assign(partitions);
    try {
      goToEnd(partitions);
      events.comment("calls follow");
      while (!stopping.getAsBoolean()) {
        send(poll());
        if (!exists.getAsBoolean()) {
          events.event("removed", "the function was removed");
          return;
        }
      }
    } finally {
      consumer.assign(List.of());
    }
  }

  private void goToEnd(Set<TopicPartition> of) {
    consumer.seekToEnd(of);
    // Seeking is lazy; only position() resolves it.
    of.forEach(consumer::position);
  }

  private ConsumerRecords<String, byte[]> poll() throws IOException {
    try {
      return consumer.poll(POLL);
    } catch (InvalidOffsetException lost) {
      // The topic was made anew, or the client was so slow that its records were deleted.
      goToEnd(lost.partitions());
    } catch (KafkaException e) {
      if (Unreadable.skip(consumer, e).isEmpty()) {
        events.event("cut", "Kafka cannot be read: " + e.getMessage());
        throw new IOException(e);
      }
    }
    return ConsumerRecords.empty();
  }

  private void send(ConsumerRecords<String, byte[]> records) throws IOException {
    for (ConsumerRecord<String, byte[]> record : records) {
      if (function.equals(record.key())) {
        PastCall call = PastCall.of(record, record.topic().equals(Topics.ASYNC.name()));
        String lot = lot(call);
        if (share.has(lot) && seen.add(lot)) {
          events.add(call.call().id().value(), oneLine(PastCallJson.of(call).toString()));
          events.flush();
        }
      }
    }
    events.flush();
  }

  /** Line breaks in JSON are between its tokens, where any space does. */
  private static String oneLine(String json) {
    return json.replace('\n', ' ').replace('\r', ' ');
  }

  /** All records of one call have it: further attempts, and requests with its idempotency key. */
  private static String lot(PastCall call) {
    CallKey key = call.call().headers().key();
    return key == null ? call.call().id().value() : key.hash();
  }
}
