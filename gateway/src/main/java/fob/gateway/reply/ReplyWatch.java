package fob.gateway.reply;

import fob.bus.Bus;
import fob.bus.PollRecovery;
import fob.bus.wire.Topics;
import fob.call.Response;
import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads those partitions of {@code fob.response} in which somebody waits for a reply, besides the
 * one of {@link ReplyListener}. However many wait, each new record is read once. One thread reads;
 * the other methods are thread-safe.
 */
public final class ReplyWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** One who waits for a reply at or after an offset, or who has stopped waiting. */
  private record Change(TopicPartition partition, long offset, int waiting) {}

  private final Consumer<String, byte[]> consumer;
  private final PendingCalls<Response> pending;
  private final Loop loop;
  private final PollRecovery recovery;
  private final LinkedBlockingQueue<Change> changes = new LinkedBlockingQueue<>();

  /** How many wait in each partition. Used by the loop's thread alone. */
  private final Map<TopicPartition, Integer> waiting = new HashMap<>();

  /** Where those who are new want reading to begin. Used by the loop's thread alone. */
  private final Map<TopicPartition, Long> starts = new HashMap<>();

  private volatile boolean stopping;

  private ReplyWatch(
      Loops loops, Consumer<String, byte[]> consumer, PendingCalls<Response> pending) {
    this.consumer = consumer;
    this.pending = pending;
    this.loop = loops.loop("watched-replies");
    this.recovery =
        new PollRecovery(
            loop,
            Topics.RESPONSE.name(),
            consumer,
            lost -> consumer.seekToBeginning(lost.partitions()));
  }

  /** Starts a watch, which reads nothing until somebody waits. */
  public static ReplyWatch start(Bus bus, PendingCalls<Response> pending) {
    return start(bus.loops(), bus.reader(), pending);
  }

  /**
   * @param consumer made for {@code assign()}; this closes it
   */
  static ReplyWatch start(
      Loops loops, Consumer<String, byte[]> consumer, PendingCalls<Response> pending) {
    ReplyWatch watch = new ReplyWatch(loops, consumer, pending);
    watch.loop.start(watch::run);
    return watch;
  }

  /** Gives the records from this offset on to those who wait, until {@link #leave}. */
  void follow(TopicPartition partition, long offset) {
    tell(new Change(partition, offset, 1));
  }

  /** One of those who called {@link #follow} for this partition waits no longer. */
  void leave(TopicPartition partition) {
    tell(new Change(partition, 0, -1));
  }

  private void tell(Change change) {
    changes.add(change);
    consumer.wakeup();
  }

  private void run() {
    try (consumer) {
      while (!stopping) {
        recovery.run(this::turn);
      }
    }
  }

  private void turn() {
    for (Change next = changes.poll(); next != null; next = changes.poll()) {
      note(next);
    }
    if (waiting.isEmpty()) {
      awaitChange();
    } else {
      assign();
      consumer.poll(POLL).forEach(pending::deliver);
    }
    loop.succeeded();
  }

  private void awaitChange() {
    try {
      Change next = changes.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        note(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private void note(Change change) {
    waiting.merge(change.partition(), change.waiting(), ReplyWatch::sum);
    if (change.waiting() > 0) {
      starts.merge(change.partition(), change.offset(), Math::min);
    }
  }

  /** Can be repeated, since asking Kafka may fail. */
  private void assign() {
    Set<TopicPartition> before = Set.copyOf(consumer.assignment());
    if (!before.equals(waiting.keySet())) {
      consumer.assign(Set.copyOf(waiting.keySet()));
    }
    starts.forEach((partition, offset) -> {
      boolean isRead = before.contains(partition);
      if (waiting.containsKey(partition) && !(isRead && consumer.position(partition) <= offset)) {
        consumer.seek(partition, offset);
      }
    });
    starts.clear();
  }

  private static @Nullable Integer sum(int before, int change) {
    return before + change == 0 ? null : before + change;
  }

  @Override
  public void close() {
    stopping = true;
    // Changes nothing, and wakes the thread also if it waits for a change.
    tell(new Change(new TopicPartition(Topics.RESPONSE.name(), 0), 0, 0));
    loop.end(CLOSE);
  }
}
