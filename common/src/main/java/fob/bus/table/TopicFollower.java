package fob.bus.table;

import fob.bus.Bus;
import fob.bus.PollRecovery;
import fob.bus.wire.Topic;
import fob.service.Loop;
import fob.service.Loops;
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
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic that has one partition from its beginning, and follows it. A record that the reader
 * refuses is logged and skipped, so a newer writer cannot stop an older reader. If the topic has
 * lost the next record (it was made anew, or truncated), it is read from its beginning again.
 * Single use: start it once. Any thread may call {@link #catchUp}.
 */
public final class TopicFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration POLL_TO_END = Duration.ofMillis(10);
  private static final Duration CLOSE = Duration.ofSeconds(3);

  /** Gets the records. Its methods run on the follower's thread. */
  @FunctionalInterface
  public interface Reader {
    /** Reads a record that has a key, in the order of the topic. An exception skips the record. */
    void read(ConsumerRecord<String, byte[]> record);

    /** Hears that all records will be read again, from the first one. */
    default void startsOver() {}

    /** Hears, after {@link #startsOver}, that the topic has been read to its end. */
    default void hasCaughtUp() {}
  }

  private final TopicPartition partition;
  private final Consumer<String, byte[]> consumer;
  private final Reader reader;
  private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
  private final Loop loop;
  private final PollRecovery recovery;
  private boolean isStartingOver;
  private volatile boolean loaded;
  private volatile boolean stopping;

  /**
   * @param consumer from {@link Bus#follower}; this follower closes it
   */
  public TopicFollower(Loops loops, Topic topic, Consumer<String, byte[]> consumer, Reader reader) {
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer = consumer;
    this.reader = reader;
    this.loop = loops.loop("table-" + topic.name());
    this.recovery = new PollRecovery(loop, topic.name(), consumer, lost -> startOver());
  }

  /**
   * Starts following, and waits until all records that were written before have been read.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    await(begin(), deadline);
  }

  /**
   * Starts following, and does not wait.
   *
   * @return completed when all records that were written before have been read
   */
  public CompletableFuture<Void> begin() {
    CompletableFuture<Void> loaded = new CompletableFuture<>();
    waiting.add(loaded);
    loop.start(this::run);
    return loaded;
  }

  /**
   * Waits until all records that were written up to now have been read.
   *
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void catchUp(Instant deadline) throws InterruptedException {
    CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    waiting.add(caughtUp);
    consumer.wakeup();
    await(caughtUp, deadline);
  }

  /** Returns whether all records that were written before the start have been read. */
  public boolean isLoaded() {
    return loaded;
  }

  private void await(CompletableFuture<Void> end, Instant deadline) throws InterruptedException {
    try {
      end.get(Duration.between(Instant.now(), deadline).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      end.cancel(false);
      throw new IllegalStateException(
          partition.topic() + " could not be read to its end in time", e);
    }
  }

  private void run() {
    try (consumer) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (!stopping) {
        recovery.run(this::turn);
      }
    }
  }

  private void turn() {
    List<CompletableFuture<Void>> asked = List.copyOf(waiting);
    if (asked.isEmpty() && !isStartingOver) {
      consumer.poll(POLL).forEach(this::apply);
      loop.succeeded();
      return;
    }
    if (!readTo(consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L))) {
      return;
    }
    loop.succeeded();
    recovery.skipped().tellRest();
    if (isStartingOver) {
      isStartingOver = false;
      reader.hasCaughtUp();
    }
    loaded = true;
    asked.forEach(one -> one.complete(null));
    waiting.removeIf(CompletableFuture::isDone);
  }

  /**
   * @return whether the end was reached
   */
  private boolean readTo(long end) {
    long position = consumer.position(partition);
    if (position > end) {
      // The topic was made anew, and has fewer records than were read of the previous one.
      startOver();
      return false;
    }
    while (!stopping && position < end) {
      consumer.poll(POLL_TO_END).forEach(this::apply);
      long now = consumer.position(partition);
      if (now > position) {
        loop.succeeded();
      }
      position = now;
    }
    return !stopping;
  }

  private void startOver() {
    isStartingOver = true;
    loaded = false;
    reader.startsOver();
    consumer.seekToBeginning(List.of(partition));
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null) {
      return;
    }
    try {
      reader.read(record);
    } catch (RuntimeException e) {
      recovery.skipped().add(record, e);
    }
  }

  @Override
  public void close() {
    stopping = true;
    if (!loop.isStarted()) {
      consumer.close();
      return;
    }
    consumer.wakeup();
    loop.end(CLOSE);
  }
}
