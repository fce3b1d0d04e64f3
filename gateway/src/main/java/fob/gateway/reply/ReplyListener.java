package fob.gateway.reply;

import fob.bus.Bus;
import fob.bus.PollRecovery;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.call.Response;
import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads one partition of {@code fob.response} (or, for a warm-up, of {@code fob.warm-up}) from its
 * end and completes the calls that wait. {@link RecentReplies} keeps the replies for a while. The
 * partition is chosen at random at the start. Request ids are made such that their replies go to
 * this partition ({@link #isMine}). There is no consumer group, since a rebalance would lose
 * replies. If two gateways read the same partition, each ignores the other's replies. One thread
 * reads; the other methods are thread-safe.
 */
public final class ReplyListener implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Consumer<String, byte[]> consumer;
  private final PendingCalls<Response> pending;
  private final List<PendingCalls<?>> answers;
  private final RecentReplies recent;
  private final int partitions;
  private final TopicPartition mine;
  private final Loop loop;
  private final PollRecovery recovery;
  private volatile boolean stopping;

  private ReplyListener(
      Loop loop,
      Topic topic,
      Consumer<String, byte[]> consumer,
      PendingCalls<Response> pending,
      List<PendingCalls<?>> answers,
      RecentReplies recent,
      RandomGenerator random) {
    this.consumer = consumer;
    this.pending = pending;
    this.answers = List.copyOf(answers);
    this.recent = recent;
    this.partitions = consumer.partitionsFor(topic.name()).size();
    this.mine = new TopicPartition(topic.name(), random.nextInt(partitions));
    this.loop = loop;
    this.recovery =
        new PollRecovery(
            loop, topic.name(), consumer, lost -> consumer.seekToBeginning(List.of(mine)));
  }

  /** Starts a listener; it sees every reply that is written after this returns. */
  public static ReplyListener start(
      Bus bus, Waiting waiting, RecentReplies recent, RandomGenerator random) {
    return start(
        bus.loops(),
        bus.follower(),
        waiting.calls(),
        List.of(waiting.keys(), waiting.letters()),
        recent,
        random);
  }

  /** Starts a listener for the calls of a warm-up, whose replies are on {@code fob.warm-up}. */
  public static ReplyListener startWarmUp(Bus bus, PendingCalls<Response> pending) {
    Consumer<String, byte[]> consumer = bus.follower();
    try {
      return start(
          new ReplyListener(
              bus.loops().loop("warm-up"),
              Topics.WARM_UP,
              consumer,
              pending,
              List.of(),
              new RecentReplies(0, Instant.MAX),
              RandomGenerator.getDefault()));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * @param consumer made for {@code assign()}; this closes it
   * @param answers those who wait for other records than replies to calls
   */
  static ReplyListener start(
      Loops loops,
      Consumer<String, byte[]> consumer,
      PendingCalls<Response> pending,
      List<PendingCalls<?>> answers,
      RecentReplies recent,
      RandomGenerator random) {
    Loop loop = loops.loop("replies");
    return start(
        new ReplyListener(loop, Topics.RESPONSE, consumer, pending, answers, recent, random));
  }

  private static ReplyListener start(ReplyListener listener) {
    listener.seekToEnd();
    listener.loop.start(listener::run);
    return listener;
  }

  private void seekToEnd() {
    consumer.assign(List.of(mine));
    consumer.seekToEnd(List.of(mine));
    // Seeking is lazy; only position() resolves it.
    consumer.position(mine);
  }

  /** Whether the reply to this request id goes to the partition that this gateway reads. */
  public boolean isMine(String id) {
    return Topic.partition(id, partitions) == mine.partition();
  }

  /** The partition that this reads. */
  TopicPartition partition() {
    return mine;
  }

  private void run() {
    try (consumer) {
      while (!stopping) {
        recovery.run(this::turn);
      }
    }
  }

  private void turn() {
    consumer.poll(POLL).forEach(this::deliver);
    loop.succeeded();
  }

  private void deliver(ConsumerRecord<String, byte[]> record) {
    boolean isAnswer = answers.stream().anyMatch(one -> one.deliver(record).isPresent());
    if (!isAnswer) {
      recent.add(record, pending.deliver(record));
    }
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    loop.end(CLOSE);
  }
}
