package fob.gateway.reply;

import fob.bus.LogReader;
import fob.bus.wire.KeyAnswerWire;
import fob.call.KeyAnswer;
import fob.call.Response;
import fob.service.Loops;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;

/**
 * The topics {@code fob.response} and {@code fob.progress} in memory, with any number of readers.
 * It counts the records that they get. Thread-safe.
 */
public final class StoredLog {

  private static final List<String> TOPICS = List.of("fob.response", "fob.progress");
  private static final int POLLED_AT_ONCE = 32;

  private final int partitions;
  private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> records =
      new ConcurrentHashMap<>();
  private final AtomicLong delivered = new AtomicLong();
  private volatile Duration pollTakes = Duration.ZERO;

  public StoredLog(int partitions) {
    this.partitions = partitions;
  }

  /** How many records all readers together have got, besides the one of the own partition. */
  public long delivered() {
    return delivered.get();
  }

  /** Makes every further poll take some time, as a large log on a slow disk does. */
  public void pollTakes(Duration time) {
    pollTakes = time;
  }

  /** Appends a record. Times must not decrease. */
  public void append(ProducerRecord<String, byte[]> record, Instant time) {
    int number =
        Utils.toPositive(Utils.murmur2(record.key().getBytes(StandardCharsets.UTF_8))) % partitions;
    append(number, record, time);
  }

  /** Appends a record to a partition of its topic. */
  public void append(int partition, ProducerRecord<String, byte[]> record, Instant time) {
    List<ConsumerRecord<String, byte[]>> log = log(new TopicPartition(record.topic(), partition));
    synchronized (log) {
      log.add(received(record, partition, log.size(), time));
    }
  }

  /** The record as a reader gets it. */
  public static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> record) {
    return received(record, 0, 0, Instant.EPOCH);
  }

  private static ConsumerRecord<String, byte[]> received(
      ProducerRecord<String, byte[]> record, int partition, long offset, Instant time) {
    return new ConsumerRecord<>(
        record.topic(),
        partition,
        offset,
        time.toEpochMilli(),
        TimestampType.LOG_APPEND_TIME,
        record.key().length(),
        record.value().length,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }

  private List<ConsumerRecord<String, byte[]>> log(TopicPartition partition) {
    return records.computeIfAbsent(partition, _ -> new ArrayList<>());
  }

  public LogReader reader() {
    return new Reader(true);
  }

  /** The replies of a gateway that reads this log; its own partition is chosen by the seed. */
  public Replies replies(PendingCalls<Response> pending, Instant started, long seed) {
    return replies(pending, new PendingCalls<>(0, KeyAnswerWire::decode), started, seed);
  }

  /** The same, and what owners of keys answer. */
  public Replies replies(
      PendingCalls<Response> pending, PendingCalls<KeyAnswer> answers, Instant started, long seed) {
    RecentReplies recent = new RecentReplies(100_000, started);
    Loops loops = new Loops();
    return new Replies(
        pending,
        recent,
        ReplyListener.start(
            loops, new Reader(false), pending, List.of(answers), recent, new Random(seed)),
        ReplyWatch.start(loops, reader(), pending));
  }

  // Another thread may wake this while it polls.
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  private final class Reader extends MockConsumer<String, byte[]> implements LogReader {

    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private final boolean counted;
    private boolean woken; // guarded by this

    private Reader(boolean counted) {
      super("none");
      this.counted = counted;
      for (String topic : TOPICS) {
        updatePartitions(
            topic,
            IntStream.range(0, partitions)
                .mapToObj(number -> new PartitionInfo(topic, number, null, null, null))
                .toList());
      }
    }

    @Override
    public Uuid log(String topic) {
      return Uuid.ONE_UUID;
    }

    @Override
    public synchronized Set<TopicPartition> assignment() {
      return new HashSet<>(positions.keySet());
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> assigned) {
      positions.keySet().retainAll(assigned);
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      positions.put(partition, offset);
    }

    @Override
    public synchronized void seekToEnd(Collection<TopicPartition> ended) {
      ended.forEach(partition -> positions.put(partition, end(partition)));
    }

    @Override
    public synchronized long position(TopicPartition partition) {
      return positions.getOrDefault(partition, 0L);
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> asked) {
      Map<TopicPartition, Long> ends = new HashMap<>();
      asked.forEach(partition -> ends.put(partition, end(partition)));
      return ends;
    }

    private long end(TopicPartition partition) {
      List<ConsumerRecord<String, byte[]>> log = StoredLog.this.log(partition);
      synchronized (log) {
        return log.size();
      }
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      Map<TopicPartition, OffsetAndTimestamp> starts = new HashMap<>();
      times.forEach((partition, time) -> {
        List<ConsumerRecord<String, byte[]>> log = StoredLog.this.log(partition);
        synchronized (log) {
          log.stream()
              .filter(record -> record.timestamp() >= time)
              .findFirst()
              .ifPresent(first ->
                  starts.put(partition, new OffsetAndTimestamp(first.offset(), first.timestamp())));
        }
      });
      return starts;
    }

    /** Like Kafka's, this polls for all of the time only if there is no record. */
    @Override
    public ConsumerRecords<String, byte[]> poll(Duration timeout) {
      long deadline = System.nanoTime() + timeout.toNanos();
      if (counted) {
        pause(pollTakes);
      }
      while (true) {
        throwIfWoken();
        Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = take();
        if (!found.isEmpty() || System.nanoTime() >= deadline) {
          return new ConsumerRecords<>(found, Map.of());
        }
        pause(Duration.ofMillis(1));
      }
    }

    private synchronized Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> take() {
      Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = new HashMap<>();
      positions.replaceAll((partition, position) -> {
        List<ConsumerRecord<String, byte[]>> log = StoredLog.this.log(partition);
        synchronized (log) {
          int from = Math.toIntExact(position);
          int to = Math.min(log.size(), from + POLLED_AT_ONCE);
          if (to > from) {
            found.put(partition, List.copyOf(log.subList(from, to)));
            delivered.addAndGet(counted ? to - from : 0);
          }
          return (long) to;
        }
      });
      return found;
    }

    private synchronized void throwIfWoken() {
      if (woken) {
        woken = false;
        throw new WakeupException();
      }
    }

    @Override
    public synchronized void wakeup() {
      woken = true;
    }

    private static void pause(Duration time) {
      if (!time.isZero()) {
        java.util.concurrent.locks.LockSupport.parkNanos(time.toNanos());
      }
    }
  }
}
