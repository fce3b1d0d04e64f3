package fob.bus;

import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic of one partition from its beginning and follows it live. A record that its reader
 * does not take is logged and skipped, so a newer writer cannot stop an older reader. Single use:
 * {@link #start} once; any thread may {@link #catchUp}.
 */
public final class TopicFollower implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration POLL_TO_END = Duration.ofMillis(10);
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final TopicPartition partition;
  private final Consumer<String, byte[]> consumer;
  private final java.util.function.Consumer<ConsumerRecord<String, byte[]>> reader;
  private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean loaded;
  private volatile boolean stopping;

  /**
   * @param consumer from {@link Bus#reader}; this follower closes it
   * @param reader gets every record that has a key, in order, on this follower's thread
   */
  public TopicFollower(
      Topic topic,
      Consumer<String, byte[]> consumer,
      java.util.function.Consumer<ConsumerRecord<String, byte[]>> reader) {
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer = consumer;
    this.reader = reader;
    this.thread = Thread.ofPlatform().name("fob-table-" + topic.name()).unstarted(this::run);
  }

  /**
   * Starts following and waits until everything that was written before is here.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    CompletableFuture<Void> loaded = new CompletableFuture<>();
    waiting.add(loaded);
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
    waiting.add(caughtUp);
    consumer.wakeup();
    await(caughtUp, deadline);
  }

  /** Whether everything that was written before the start is here, so that what comes is new. */
  public boolean isLoaded() {
    return loaded;
  }

  private void await(CompletableFuture<Void> end, Instant deadline) throws InterruptedException {
    try {
      end.get(Duration.between(Instant.now(), deadline).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException(
          partition.topic() + " could not be read to its end in time", e);
    }
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
    List<CompletableFuture<Void>> asked = List.copyOf(waiting);
    if (asked.isEmpty()) {
      consumer.poll(POLL).forEach(this::apply);
      return;
    }
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    while (!stopping && consumer.position(partition) < end) {
      consumer.poll(POLL_TO_END).forEach(this::apply);
    }
    loaded = true;
    // In their order, and by this thread alone: so these are the ones that are removed.
    for (CompletableFuture<Void> one : asked) {
      waiting.remove();
      one.complete(null);
    }
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null) {
      return;
    }
    try {
      reader.accept(record);
    } catch (RuntimeException e) {
      LOGGER
          .atError()
          .addKeyValue("topic", partition.topic())
          .addKeyValue("offset", record.offset())
          .addKeyValue("key", record.key())
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
