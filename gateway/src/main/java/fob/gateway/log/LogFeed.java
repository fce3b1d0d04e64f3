package fob.gateway.log;

import fob.bus.LogReader;
import fob.bus.PollRecovery;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.function.FunctionId;
import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads new lines for all clients that follow a function, with one consumer. It reads only the
 * partitions of functions that are followed. One thread reads; the other methods are thread-safe.
 */
public final class LogFeed implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final LogReader consumer;
  private final int partitions;
  private final Loop loop;
  private final PollRecovery recovery;
  private final BlockingQueue<Runnable> changes = new LinkedBlockingQueue<>();

  /** Used by the thread of the loop alone. */
  private final List<Follower> followers = new ArrayList<>();

  private volatile boolean stopping;

  private LogFeed(Loops loops, LogReader consumer) {
    this.consumer = consumer;
    this.partitions = consumer.partitionsFor(Topics.LOGS.name()).size();
    this.loop = loops.loop("logs");
    this.recovery =
        new PollRecovery(
            loop,
            Topics.LOGS.name(),
            consumer,
            lost -> consumer.seekToBeginning(lost.partitions()));
  }

  /**
   * @param consumer made for {@code assign()}; this closes it
   */
  public static LogFeed start(Loops loops, LogReader consumer) {
    LogFeed feed = new LogFeed(loops, consumer);
    feed.loop.start(feed::run);
    return feed;
  }

  /** Returns the partition that has the function's lines. */
  TopicPartition partition(FunctionId function) {
    return new TopicPartition(Topics.LOGS.name(), Topic.partition(function.toString(), partitions));
  }

  /**
   * Begins to follow.
   *
   * @return completes with the follower, who gets every line that is written after that
   */
  CompletableFuture<Follower> follow(FunctionId function) {
    Follower follower = new Follower(partition(function), function.toString());
    CompletableFuture<Follower> joined = new CompletableFuture<>();
    changes.add(() -> {
      followers.add(follower);
      read();
      joined.complete(follower);
    });
    return joined;
  }

  /** The follower gets no further lines. */
  void leave(Follower follower) {
    changes.add(() -> {
      followers.remove(follower);
      read();
    });
  }

  private void read() {
    Set<TopicPartition> wanted = new HashSet<>();
    followers.forEach(follower -> wanted.add(follower.partition()));
    Set<TopicPartition> added = new HashSet<>(wanted);
    added.removeAll(consumer.assignment());
    consumer.assign(wanted);
    if (!added.isEmpty()) {
      consumer.seekToEnd(added);
      // Seeking is lazy; only position() resolves it.
      added.forEach(consumer::position);
    }
  }

  private void run() {
    try (consumer) {
      while (!stopping) {
        recovery.run(this::turn);
      }
    }
  }

  private void turn() {
    Runnable change = followers.isEmpty() ? await() : changes.poll();
    while (change != null) {
      change.run();
      change = changes.poll();
    }
    if (!followers.isEmpty()) {
      consumer.poll(POLL).forEach(this::deliver);
    }
    loop.succeeded();
  }

  private Runnable await() {
    try {
      Runnable change = changes.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
      return change == null ? () -> {} : change;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return () -> {};
    }
  }

  private void deliver(ConsumerRecord<String, byte[]> record) {
    List<Follower> of =
        followers.stream().filter(follower -> follower.key().equals(record.key())).toList();
    if (!of.isEmpty()) {
      List<PlacedLine> lines = PlacedLine.of(record);
      of.forEach(follower -> follower.add(lines));
    }
  }

  /** Whether this gateway stops, so that all followers have to go. */
  boolean isStopping() {
    return stopping;
  }

  /** Lets all followers go. */
  public void stop() {
    stopping = true;
    changes.add(() -> {});
  }

  @Override
  public void close() {
    stop();
    loop.end(CLOSE);
  }
}
