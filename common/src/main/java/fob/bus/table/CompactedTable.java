package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.Topic;
import fob.service.Loops;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last value of every key of a compacted topic in memory, and follows the topic.
 *
 * <p>Reads are thread-safe. Listeners run on the reading thread, in the order of the records, after
 * the map has changed; they must not block. If the topic was made anew or truncated, it is read
 * from its beginning again. The map keeps its rows until all of it has been read.
 *
 * @param <V> what the topic's records decode to
 */
public final class CompactedTable<V> implements AutoCloseable {

  private final Function<ConsumerRecord<String, byte[]>, V> decoder;
  private final BiConsumer<String, Optional<V>> listener;
  private final Map<String, V> rows = new ConcurrentHashMap<>();
  private final TopicFollower follower;

  /**
   * The rows that are collected while the topic is read from its beginning again; null otherwise.
   * Used by the reading thread alone.
   */
  private @Nullable Map<String, V> aside;

  /**
   * @param consumer from {@link Bus#follower}; this table closes it
   * @param decoder reads a record. If it throws {@link IllegalArgumentException}, the record is
   *     skipped
   * @param listener hears of every change, also of those while the topic is read first. An empty
   *     value means that the key is gone
   */
  public CompactedTable(
      Loops loops,
      Topic topic,
      Consumer<String, byte[]> consumer,
      Function<ConsumerRecord<String, byte[]>, V> decoder,
      BiConsumer<String, Optional<V>> listener) {
    this.decoder = decoder;
    this.listener = listener;
    this.follower = new TopicFollower(loops, topic, consumer, new Rows());
  }

  /** See {@link TopicFollower#start}. */
  public void start(Instant deadline) throws InterruptedException {
    follower.start(deadline);
  }

  /** Starts to read the topic, and does not wait. */
  public void begin() {
    var _ = follower.begin();
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

  /** A live, unmodifiable view of all rows. */
  public Map<String, V> rows() {
    return Collections.unmodifiableMap(rows);
  }

  private void set(String key, V value) {
    rows.put(key, value);
    listener.accept(key, Optional.of(value));
  }

  private void remove(String key) {
    rows.remove(key);
    listener.accept(key, Optional.empty());
  }

  @Override
  public void close() {
    follower.close();
  }

  private final class Rows implements TopicFollower.Reader {

    @Override
    public void read(ConsumerRecord<String, byte[]> record) {
      String key = record.key();
      boolean isGone = record.value() == null;
      if (aside != null && isGone) {
        aside.remove(key);
      } else if (aside != null) {
        aside.put(key, decoder.apply(record));
      } else if (isGone) {
        remove(key);
      } else {
        set(key, decoder.apply(record));
      }
    }

    /** Keeps the rows until the whole topic has been read, since a part of it would be wrong. */
    @Override
    public void startsOver() {
      aside = new HashMap<>();
    }

    @Override
    public void hasCaughtUp() {
      Map<String, V> read = Objects.requireNonNull(aside);
      aside = null;
      Set<String> gone = new HashSet<>(rows.keySet());
      gone.removeAll(read.keySet());
      gone.forEach(CompactedTable.this::remove);
      read.forEach((key, value) -> {
        if (!value.equals(rows.get(key))) {
          set(key, value);
        }
      });
    }
  }
}
