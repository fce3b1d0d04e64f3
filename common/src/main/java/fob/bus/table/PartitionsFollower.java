package fob.bus.table;

import fob.bus.PollRecovery;
import fob.bus.wire.Topic;
import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads some partitions of a topic from their beginning, and follows them; which ones changes while
 * it runs. A partition that is followed anew is read from its beginning, by its new reader. So is
 * one that has lost the next record: the topic was made anew, or truncated. A record that the
 * reader refuses is logged and skipped. One thread reads; the public methods may be called by any
 * thread, and none of them but {@link #close} blocks. Single use.
 */
public final class PartitionsFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration POLL_TO_END = Duration.ofMillis(10);
  private static final Duration CLOSE = Duration.ofSeconds(3);

  /** Gets the records of a partition. Its methods run on the follower's thread. */
  public interface Reader {
    /** Reads a record that has a key, in the order of the log. An exception skips the record. */
    void read(ConsumerRecord<String, byte[]> record);

    /** Hears that all records will be read again, from the first one. */
    void startsOver();
  }

  private final String topic;
  private final Consumer<String, byte[]> consumer;
  private final Function<TopicPartition, CompletionStage<Long>> ends;
  private final Loop loop;
  private final PollRecovery recovery;

  /** What other threads ask for, in their order. */
  private final BlockingQueue<Runnable> asked = new LinkedBlockingQueue<>();

  /** Whether the thread only waits for records. It is woken then, and at no other time. */
  private final AtomicBoolean isIdle = new AtomicBoolean();

  /** Used by the follower's thread alone. */
  private final FollowedPartitions followed;

  private volatile boolean stopping;

  /**
   * @param consumer from {@link fob.bus.Bus#shardReader}; this closes it
   * @param ends tells where partitions end, see {@link fob.bus.LogEnds#of}
   */
  public PartitionsFollower(
      Loops loops,
      Topic topic,
      Consumer<String, byte[]> consumer,
      Function<TopicPartition, CompletionStage<Long>> ends) {
    this.topic = topic.name();
    this.consumer = consumer;
    this.ends = ends;
    this.followed = new FollowedPartitions(consumer);
    this.loop = loops.loop("shards-" + topic.name());
    this.recovery =
        new PollRecovery(
            loop, topic.name(), consumer, lost -> followed.startOver(lost.partitions()));
  }

  public void start() {
    loop.start(this::run);
  }

  /**
   * Gives all records of partitions to these readers, from the first one on. Those of one call are
   * read at once. Those of a later call may wait until the broker has answered the last fetch.
   */
  public void follow(Map<Integer, ? extends Reader> readers) {
    ask(() ->
        readers.forEach(
            (partition, reader) -> followed.add(new TopicPartition(topic, partition), reader)));
  }

  /** Reads a partition no more. Its reader may get further records until this takes effect. */
  public void leave(int partition) {
    ask(() -> followed.remove(new TopicPartition(topic, partition)));
  }

  /**
   * Tells when a partition has been read up to where it ends now.
   *
   * @return completed on the follower's thread; with false if the partition is not followed, or not
   *     any more. Fails if Kafka does not tell where the partition ends. Never completed after
   *     {@link #close}
   */
  public CompletableFuture<Boolean> catchUp(int partition) {
    CompletableFuture<Boolean> caughtUp = new CompletableFuture<>();
    TopicPartition of = new TopicPartition(topic, partition);
    ends.apply(of)
        .whenComplete((end, failure) -> {
          if (failure == null) {
            ask(() -> followed.await(of, end, caughtUp));
          } else {
            caughtUp.completeExceptionally(failure);
          }
        });
    return caughtUp;
  }

  private void ask(Runnable what) {
    asked.add(what);
    if (isIdle.compareAndSet(true, false)) {
      consumer.wakeup();
    }
  }

  private void run() {
    try (consumer) {
      while (!stopping) {
        recovery.run(this::turn);
      }
    }
  }

  /** If Kafka fails in the middle, the next turn does what this one has left. */
  private void turn() {
    for (Runnable one = asked.poll(); one != null; one = asked.poll()) {
      one.run();
    }
    followed.assign();
    if (followed.isEmpty()) {
      awaitRequest();
    } else {
      followed.seek();
      followed.haveBeenRead();
      poll();
      followed.haveBeenRead();
    }
    loop.succeeded();
  }

  private void awaitRequest() {
    try {
      Runnable first = asked.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) {
        first.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private void poll() {
    boolean isAwaited = followed.isAwaited();
    isIdle.set(!isAwaited);
    try {
      consumer.poll(isAwaited || !asked.isEmpty() ? POLL_TO_END : POLL).forEach(this::read);
    } finally {
      isIdle.set(false);
    }
  }

  private void read(ConsumerRecord<String, byte[]> record) {
    try {
      followed.read(record);
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
    ask(() -> {});
    consumer.wakeup();
    loop.end(CLOSE);
  }
}
