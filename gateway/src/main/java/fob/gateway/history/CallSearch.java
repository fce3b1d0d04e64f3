package fob.gateway.history;

import fob.bus.LogReader;
import fob.function.FunctionId;
import fob.gateway.result.LogScan;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Searches for the newest calls of a function since a time. Used by one thread. */
final class CallSearch {

  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 8 * 1024 * 1024;

  private static final Comparator<PastCall> BY_TIME =
      Comparator.comparing(PastCall::at).thenComparing(one -> one.call().id().value());

  /**
   * What was found.
   *
   * @param calls the oldest first
   * @param note says what is missing, for people
   */
  record Found(List<PastCall> calls, Optional<String> note) {}

  private final String function;
  private final Instant since;
  private final int most;
  private final NavigableSet<PastCall> newest = new TreeSet<>(BY_TIME);

  /** A call that was written again, for another attempt, counts once. */
  private final Set<String> ids = new HashSet<>();

  private long bytes;
  private @Nullable String note;

  /**
   * @param most how many calls are wanted, at least 1
   */
  CallSearch(FunctionId function, Instant since, int most) {
    this.function = function.toString();
    this.since = since;
    this.most = most;
  }

  /**
   * Reads partitions, for 5 s at most.
   *
   * @param async the topic of asynchronous calls
   * @param closed ends the search early
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read
   */
  Found find(
      LogReader consumer, Set<TopicPartition> partitions, String async, BooleanSupplier closed) {
    long until = System.nanoTime() + LONGEST.toNanos();
    for (TopicPartition partition : partitions) {
      boolean isAsync = partition.topic().equals(async);
      LogScan scan = new LogScan(partition, since, null);
      boolean done = false;
      while (!done && System.nanoTime() < until && !closed.getAsBoolean()) {
        done = scan.read(consumer, until, record -> take(record, isAsync));
      }
      if (!done) {
        note = "later calls were not searched, as that takes too long; ask with a later since";
      }
    }
    return new Found(List.copyOf(newest), Optional.ofNullable(note));
  }

  /** Takes a record if it is a call of the function, and goes on. */
  private boolean take(ConsumerRecord<String, byte[]> record, boolean async) {
    if (function.equals(record.key())) {
      PastCall call = PastCall.of(record, async);
      if (!call.at().isBefore(since) && ids.add(call.call().id().value())) {
        newest.add(call);
        bytes += call.call().payload().length;
        drop();
      }
    }
    return true;
  }

  private void drop() {
    while (newest.size() > most || bytes > MOST_BYTES) {
      if (newest.size() <= most) {
        note = "earlier calls are left out, as their parameters are too long for one reply";
      }
      bytes -= newest.removeFirst().call().payload().length;
    }
  }
}
