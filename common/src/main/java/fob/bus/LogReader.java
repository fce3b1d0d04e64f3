package fob.bus;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Uuid;

/**
 * A consumer whose offsets belong to one log of its topic. When the topic has been deleted and made
 * anew, {@code poll} throws an {@link org.apache.kafka.clients.consumer.OffsetOutOfRangeException}
 * for all of its partitions, once: their positions are of the old log. Commits of the old log do
 * not count in the new one.
 */
public interface LogReader extends Consumer<String, byte[]> {

  /** The id of the log to which the positions in this topic belong. */
  Uuid log(String topic);
}
