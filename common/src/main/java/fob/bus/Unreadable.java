package fob.bus;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * A record that Kafka's client cannot read, for example because its bytes have changed on the
 * broker's disk. By itself the client would fail at this record again and again.
 *
 * @param partition where it lies
 * @param offset where it lies
 */
public record Unreadable(TopicPartition partition, long offset) {

  private static final Pattern AT_OFFSET = Pattern.compile("at offset (\\d+)");

  /**
   * Steps over the record at which a poll failed.
   *
   * @return the record; empty if the poll failed for another reason
   */
  public static Optional<Unreadable> skip(Consumer<String, byte[]> consumer, KafkaException e) {
    Optional<Unreadable> found = find(consumer, e);
    found.ifPresent(bad -> consumer.seek(bad.partition(), bad.offset() + 1));
    return found;
  }

  /**
   * Kafka's client throws a general exception in this case, and names the partition only in the
   * text.
   */
  private static Optional<Unreadable> find(Consumer<String, byte[]> consumer, KafkaException e) {
    if (e instanceof RecordDeserializationException named) {
      return Optional.of(new Unreadable(named.topicPartition(), named.offset()));
    }
    String message = e.getMessage();
    if (message == null || e.getClass() != KafkaException.class) {
      return Optional.empty();
    }
    return consumer.assignment().stream()
        .filter(partition -> names(message, partition))
        .findFirst()
        .map(partition -> new Unreadable(partition, offset(consumer.position(partition), message)));
  }

  private static boolean names(String message, TopicPartition partition) {
    return Pattern.compile("(?<![\\w.-])" + Pattern.quote(partition.toString()) + "(?!\\d)")
        .matcher(message)
        .find();
  }

  /** A batch may begin after the position, if compaction has removed the records between. */
  private static long offset(long position, String message) {
    Matcher named = AT_OFFSET.matcher(message);
    return named.find() ? Math.max(position, Long.parseLong(named.group(1))) : position;
  }
}
