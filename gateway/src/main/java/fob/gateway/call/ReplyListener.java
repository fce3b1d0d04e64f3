package fob.gateway.call;

import fob.bus.Bus;
import fob.bus.PollRecovery;
import fob.bus.wire.ResponseWire;
import fob.bus.wire.Topics;
import fob.service.Loop;
import fob.service.Loops;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one partition of {@code fob.response} from its end and completes the calls that wait. The
 * partition is chosen at random at the start. Request ids are made such that their replies go to
 * this partition ({@link #isMine}). There is no consumer group, since a rebalance would lose
 * replies. If two gateways read the same partition, each ignores the other's replies. One thread
 * reads; the other methods are thread-safe.
 */
public final class ReplyListener implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ReplyListener.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Consumer<String, byte[]> consumer;
  private final PendingCalls pending;
  private final int partitions;
  private final TopicPartition mine;
  private final Loop loop;
  private final PollRecovery recovery;
  private volatile boolean stopping;

  private ReplyListener(
      Loops loops,
      Consumer<String, byte[]> consumer,
      PendingCalls pending,
      RandomGenerator random) {
    this.consumer = consumer;
    this.pending = pending;
    this.partitions = consumer.partitionsFor(Topics.RESPONSE.name()).size();
    this.mine = new TopicPartition(Topics.RESPONSE.name(), random.nextInt(partitions));
    this.loop = loops.loop("replies");
    this.recovery =
        new PollRecovery(
            loop, Topics.RESPONSE, consumer, lost -> consumer.seekToBeginning(List.of(mine)));
  }

  /** Starts a listener; it sees every reply that is written after this returns. */
  public static ReplyListener start(Bus bus, PendingCalls pending, RandomGenerator random) {
    return start(bus.loops(), bus.reader(), pending, random);
  }

  /**
   * @param consumer made for {@code assign()}; this closes it
   */
  static ReplyListener start(
      Loops loops,
      Consumer<String, byte[]> consumer,
      PendingCalls pending,
      RandomGenerator random) {
    ReplyListener listener = new ReplyListener(loops, consumer, pending, random);
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
    byte[] key = id.getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % partitions == mine.partition();
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
    if (record.key() == null) {
      return;
    }
    pending
        .get(record.key())
        .ifPresent(waiting -> {
          try {
            waiting.complete(ResponseWire.decode(record));
          } catch (RuntimeException e) {
            LOGGER
                .atWarn()
                .addKeyValue("offset", record.offset())
                .log("a record of fob.response cannot be read: {}", e.getMessage());
          }
        });
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    loop.end(CLOSE);
  }
}
