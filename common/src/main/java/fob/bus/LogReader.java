package fob.bus;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Uuid;

/**
 * A consumer that notices when its topic was deleted and made anew. Its positions then belong to
 * the deleted topic, so {@code poll} throws one {@link
 * org.apache.kafka.clients.consumer.OffsetOutOfRangeException} for all partitions. Commits of the
 * deleted topic do not count for the new one.
 */
public interface LogReader extends Consumer<String, byte[]> {

  /** The id of the topic that the positions in it belong to. */
  Uuid log(String topic);
}
