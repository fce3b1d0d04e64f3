package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The replies on {@code fob.response} to calls whose ids begin with a prefix, from the time when
 * this is made. The topic must have as many partitions as it gets by default. Used by one thread.
 */
final class Replies implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final String prefix;
  private final Consumer<String, byte[]> consumer;

  /** A reply: the end of the call's id, after the prefix, and a status such as "ok". */
  record Reply(int number, String status) {}

  /**
   * @param consumer has no partitions yet; closed by this
   * @param prefix the ids are this and a number
   */
  Replies(Consumer<String, byte[]> consumer, String prefix) {
    this.prefix = prefix;
    this.consumer = consumer;
    List<TopicPartition> all =
        IntStream.range(0, Topics.RESPONSE.partitions())
            .mapToObj(partition -> new TopicPartition(Topics.RESPONSE.name(), partition))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position); // seekToEnd takes effect only when the position is used
  }

  /** Waits up to 200 ms for replies. */
  List<Reply> poll() {
    Stream<ConsumerRecord<String, byte[]>> records =
        StreamSupport.stream(consumer.poll(POLL).spliterator(), false);
    return records.filter(record -> record.key().startsWith(prefix)).map(this::reply).toList();
  }

  private Reply reply(ConsumerRecord<String, byte[]> record) {
    return new Reply(
        Integer.parseInt(record.key().substring(prefix.length())),
        new String(record.headers().lastHeader("fob-status").value(), UTF_8));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
