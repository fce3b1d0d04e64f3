package fob.bus;

import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic as a map: the last value of every key, followed live. A record that does not
 * decode is logged and skipped, so a newer writer cannot stop an older reader.
 *
 * <p>Reads are thread-safe. Listeners run on the reading thread, in the topic's order, after the
 * map has changed; they must be quick.
 *
 * @param <V> what the topic's records decode to
 */
public final class CompactedTable<V> implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(CompactedTable.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration POLL_TO_END = Duration.ofMillis(10);
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final TopicPartition partition;
  private final Consumer<String, byte[]> consumer;
  private final Function<ConsumerRecord<String, byte[]>, V> decoder;
  private final BiConsumer<String, Optional<V>> listener;
  private final Map<String, V> rows = new ConcurrentHashMap<>();
  private final Queue<CompletableFuture<Void>> readers = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * @param consumer from {@link Bus#reader}; this table closes it
   * @param decoder throws {@link IllegalArgumentException} for what it cannot read
   * @param listener gets every change, the first load included; empty means that the key is gone
   */
  public CompactedTable(
      Topic topic,
      Consumer<String, byte[]> consumer,
      Function<ConsumerRecord<String, byte[]>, V> decoder,
      BiConsumer<String, Optional<V>> listener) {
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer = consumer;
    this.decoder = decoder;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("fob-table-" + topic.name()).unstarted(this::run);
  }

  /**
   * Starts following and waits until everything that was written before is here.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    CompletableFuture<Void> loaded = new CompletableFuture<>();
    readers.add(loaded);
    thread.start();
    await(loaded, deadline);
  }

  /**
   * Waits until everything that was written up to now, by whomever, is here.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void catchUp(Instant deadline) throws InterruptedException {
    CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    readers.add(caughtUp);
    consumer.wakeup();
    await(caughtUp, deadline);
  }

  private void await(CompletableFuture<Void> end, Instant deadline) throws InterruptedException {
    try {
      end.get(Duration.between(Instant.now(), deadline).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException(
          partition.topic() + " could not be read to its end in time", e);
    }
  }

  public Optional<V> get(String key) {
    return Optional.ofNullable(rows.get(key));
  }

  /** A live view. */
  public Map<String, V> rows() {
    return Collections.unmodifiableMap(rows);
  }

  private void run() {
    try (consumer) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (!stopping) {
        try {
          turn();
        } catch (WakeupException called) {
          // Somebody wants to catch up, or close() wants the thread: the loop sees which.
        } catch (KafkaException e) {
          LOGGER.atWarn().addKeyValue("topic", partition.topic()).log("bus: {}", e.toString());
          Threads.pause(BACKOFF);
        }
      }
    }
  }

  private void turn() {
    CompletableFuture<Void> reader = readers.peek();
    if (reader == null) {
      consumer.poll(POLL).forEach(this::apply);
      return;
    }
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    while (!stopping && consumer.position(partition) < end) {
      consumer.poll(POLL_TO_END).forEach(this::apply);
    }
    readers.remove();
    reader.complete(null);
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    String key = record.key();
    if (key == null) {
      return;
    }
    try {
      if (record.value() == null) {
        rows.remove(key);
        listener.accept(key, Optional.empty());
      } else {
        V value = decoder.apply(record);
        rows.put(key, value);
        listener.accept(key, Optional.of(value));
      }
    } catch (RuntimeException e) {
      LOGGER
          .atError()
          .addKeyValue("topic", partition.topic())
          .addKeyValue("offset", record.offset())
          .addKeyValue("key", key)
          .setCause(e)
          .log("skipped a record");
    }
  }

  @Override
  public void close() {
    stopping = true;
    if (thread.getState() == Thread.State.NEW) {
      consumer.close();
      return;
    }
    consumer.wakeup();
    Threads.join(thread, CLOSE);
  }
}
