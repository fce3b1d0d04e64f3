package fob.gateway.result;

import fob.bus.wire.ProgressWire;
import fob.bus.wire.Topics;
import fob.bus.wire.ResponseWire;
import fob.bus.Bus;
import fob.bus.Unreadable;
import fob.call.Progress;
import fob.call.RequestId;
import fob.call.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Finds what became of a call by the log alone: a request id says on which partition and from which
 * time to read. The first reply in the log is the call's result, whoever asks and however often it
 * was run. Thread-safe.
 */
public final class ResultReader implements AutoCloseable {

  /** How far the clocks of those who mint ids and write records may be apart. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MOST_READERS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What the log says of a call. */
  public sealed interface Finding {

    /** Whether the call may end yet, as far as is known. */
    default boolean isOpen() {
      return !(this instanceof Over);
    }

    /** It is over. */
    record Over(Response response) implements Finding {}

    /** It was accepted and is not over. */
    record Going(Progress progress) implements Finding {}

    /** The log does not know it. */
    record Unknown() implements Finding {}
  }

  private final Bus bus;
  private final int responses;
  private final int progresses;
  private final BlockingQueue<Consumer<String, byte[]>> idle = new LinkedBlockingQueue<>();
  private final AtomicInteger readers = new AtomicInteger();
  private volatile boolean closed;

  public ResultReader(Bus bus) {
    this.bus = bus;
    Consumer<String, byte[]> first = bus.reader();
    readers.incrementAndGet();
    this.responses = first.partitionsFor(Topics.RESPONSE.name()).size();
    this.progresses = first.partitionsFor(Topics.PROGRESS.name()).size();
    idle.add(first);
  }

  /**
   * Reads what there is, and on until the call is over or the wait has passed. Blocks.
   *
   * @param since no record of the call was written before
   * @return empty if too many look for results already
   */
  public Optional<Finding> find(RequestId id, Instant since, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    Search search = new Search(id, since);
    while (true) {
      Consumer<String, byte[]> consumer = take();
      if (consumer == null) {
        return Optional.empty();
      }
      try {
        search.readToTheEnd(consumer);
      } finally {
        // One who waits holds no reader meanwhile: others look for results that are there.
        giveBack(consumer);
      }
      if (!search.finding.isOpen() || System.nanoTime() >= deadline || closed) {
        return Optional.of(search.finding);
      }
      Thread.sleep(LOOK_AGAIN);
    }
  }

  /** A search, which goes on where it has come to. Used by one thread. */
  private final class Search {

    private final RequestId id;
    private final Instant since;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private Finding finding = new Finding.Unknown();

    Search(RequestId id, Instant since) {
      this.id = id;
      this.since = since;
      this.partitions =
          List.of(
              partition(Topics.RESPONSE.name(), id, responses),
              partition(Topics.PROGRESS.name(), id, progresses));
    }

    /**
     * @throws KafkaException if it cannot be read in time
     */
    void readToTheEnd(Consumer<String, byte[]> consumer) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      if (positions.isEmpty()) {
        seek(consumer, partitions, ends, since);
      } else {
        positions.forEach(consumer::seek);
      }
      long lastNanos = System.nanoTime();
      while (!closed && finding.isOpen() && !isAt(consumer, ends)) {
        if (read(consumer)) {
          lastNanos = System.nanoTime();
        } else if (System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
          throw new TimeoutException("nothing came for " + PATIENCE.toSeconds() + " s");
        }
      }
      partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
    }

    /**
     * @return whether it has come further
     */
    private boolean read(Consumer<String, byte[]> consumer) {
      try {
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<String, byte[]> record : records) {
          if (id.value().equals(record.key()) && finding.isOpen()) {
            finding = after(finding, record);
          }
        }
        return !records.isEmpty();
      } catch (InvalidOffsetException lost) {
        // The topic was made anew, or cut off.
        consumer.seekToBeginning(lost.partitions());
      } catch (KafkaException e) {
        if (Unreadable.skip(consumer, e).isEmpty()) {
          throw e;
        }
      }
      return true;
    }

    private boolean isAt(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
      return ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
  }

  private static void seek(
      Consumer<String, byte[]> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> ends,
      Instant since) {
    long from = Math.max(0, since.minus(CLOCK_SKEW).toEpochMilli());
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, from));
    Map<TopicPartition, @Nullable OffsetAndTimestamp> starts = new HashMap<>();
    starts.putAll(consumer.offsetsForTimes(times));
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      consumer.seek(partition, start == null ? ends.getOrDefault(partition, 0L) : start.offset());
    }
  }

  private static Finding after(Finding before, ConsumerRecord<String, byte[]> record) {
    try {
      if (record.topic().equals(Topics.RESPONSE.name())) {
        return new Finding.Over(ResponseWire.decode(record));
      }
      Progress progress = ProgressWire.decode(record);
      return before instanceof Finding.Going(Progress known) && known.attempt() > progress.attempt()
          ? before
          : new Finding.Going(progress);
    } catch (RuntimeException notOurs) {
      return before;
    }
  }

  private static TopicPartition partition(String topic, RequestId id, int partitions) {
    byte[] key = id.value().getBytes(StandardCharsets.UTF_8);
    return new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % partitions);
  }

  private @Nullable Consumer<String, byte[]> take() throws InterruptedException {
    Consumer<String, byte[]> free = idle.poll();
    if (free != null) {
      return free;
    }
    if (readers.incrementAndGet() <= MOST_READERS) {
      return bus.reader();
    }
    readers.decrementAndGet();
    return idle.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void giveBack(Consumer<String, byte[]> consumer) {
    idle.add(consumer);
    if (closed) {
      close();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (var free = idle.poll(); free != null; free = idle.poll()) {
      free.close();
    }
  }
}
