package fob.bus;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A compacted topic as a map: the last value of every key, followed live.
 *
 * <p>Reads are thread-safe. Listeners run on the reading thread, in the topic's order, after the
 * map has changed; they must be quick.
 *
 * @param <V> what the topic's records decode to
 */
public final class CompactedTable<V> implements AutoCloseable {

  private final Function<ConsumerRecord<String, byte[]>, V> decoder;
  private final BiConsumer<String, Optional<V>> listener;
  private final Map<String, V> rows = new ConcurrentHashMap<>();
  private final TopicFollower follower;

  /**
   * @param consumer from {@link Bus#reader}; this table closes it
   * @param decoder throws {@link IllegalArgumentException} for what it cannot read: such a record
   *     is skipped
   * @param listener gets every change, the first load included; empty means that the key is gone
   */
  public CompactedTable(
      Topic topic,
      Consumer<String, byte[]> consumer,
      Function<ConsumerRecord<String, byte[]>, V> decoder,
      BiConsumer<String, Optional<V>> listener) {
    this.decoder = decoder;
    this.listener = listener;
    this.follower = new TopicFollower(topic, consumer, this::apply);
  }

  /** See {@link TopicFollower#start}. */
  public void start(Instant deadline) throws InterruptedException {
    follower.start(deadline);
  }

  /** See {@link TopicFollower#catchUp}. */
  public void catchUp(Instant deadline) throws InterruptedException {
    follower.catchUp(deadline);
  }

  /** See {@link TopicFollower#isLoaded}. */
  public boolean isLoaded() {
    return follower.isLoaded();
  }

  public Optional<V> get(String key) {
    return Optional.ofNullable(rows.get(key));
  }

  /** A live view. */
  public Map<String, V> rows() {
    return Collections.unmodifiableMap(rows);
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    String key = record.key();
    if (record.value() == null) {
      rows.remove(key);
      listener.accept(key, Optional.empty());
    } else {
      V value = decoder.apply(record);
      rows.put(key, value);
      listener.accept(key, Optional.of(value));
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
