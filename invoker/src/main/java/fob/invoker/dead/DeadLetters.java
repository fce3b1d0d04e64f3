package fob.invoker.dead;

import fob.bus.loop.Ownership;
import fob.bus.table.PartitionsFollower;
import fob.bus.table.PlacesReader;
import fob.bus.wire.Topics;
import fob.call.LetterPlace;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The dead letters of the partitions that this invoker owns. They are read from {@code fob.dead}
 * when this invoker gets a partition, and forgotten when it goes. Where they are is in memory, of
 * the newest 1,000,000; the rest is on the topic. Thread-safe; single use.
 */
public final class DeadLetters implements Ownership, AutoCloseable {

  private static final int MOST = 1_000_000;

  private final int most;
  private final Map<Integer, LetterIndex> indexes = new ConcurrentHashMap<>();
  private final PartitionsFollower follower;
  private final PlacesReader reader;

  /** What is known of a partition's letters. */
  sealed interface Known {
    /** All of them, as they were when they were asked for. */
    record Letters(LetterIndex index) implements Known {}

    /** Not all of them yet. */
    record NotYet() implements Known {}

    /** Nothing: another invoker owns the partition. */
    record NotOwned() implements Known {}
  }

  /**
   * @param follows from {@link fob.bus.Bus#reader}; this closes it
   * @param reads from {@link fob.bus.Bus#searcher}; this closes it
   * @param ends tells where partitions end, see {@link fob.bus.LogEnds#of}
   */
  public DeadLetters(
      Loops loops,
      Consumer<String, byte[]> follows,
      Consumer<String, byte[]> reads,
      Function<TopicPartition, CompletionStage<Long>> ends) {
    this(loops, follows, reads, ends, MOST);
  }

  /**
   * @param most how many letters of all partitions are in memory
   */
  DeadLetters(
      Loops loops,
      Consumer<String, byte[]> follows,
      Consumer<String, byte[]> reads,
      Function<TopicPartition, CompletionStage<Long>> ends,
      int most) {
    this.most = most;
    this.follower = new PartitionsFollower(loops, Topics.DEAD, follows, ends);
    this.reader = new PlacesReader(Topics.DEAD, reads);
  }

  public void start() {
    follower.start();
  }

  /** The partitions of {@code fob.call} count, since questions come there. */
  @Override
  public void gained(Collection<TopicPartition> partitions) {
    Map<Integer, LetterIndex> gained = new HashMap<>();
    for (TopicPartition partition : partitions) {
      if (partition.topic().equals(Topics.CALL.name())) {
        int number = partition.partition();
        gained.put(number, new LetterIndex(number, this::leaveOutOldest));
      }
    }
    indexes.putAll(gained);
    follower.follow(gained);
  }

  @Override
  public void gone(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      if (partition.topic().equals(Topics.CALL.name())) {
        indexes.remove(partition.partition());
        follower.leave(partition.partition());
      }
    }
  }

  /** Makes room, in the partition that has the most letters. */
  private void leaveOutOldest() {
    if (indexes.values().stream().mapToInt(LetterIndex::size).sum() > most) {
      indexes.values().stream()
          .max(Comparator.comparingInt(LetterIndex::size))
          .ifPresent(LetterIndex::leaveOutOldest);
    }
  }

  /**
   * Reads the letters of a partition that were written up to now, and waits for that.
   *
   * @throws KafkaException if Kafka does not tell how many there are
   */
  Known of(int partition, Instant deadline) throws InterruptedException {
    LetterIndex index = indexes.get(partition);
    if (index == null) {
      return new Known.NotOwned();
    }
    var caughtUp = follower.catchUp(partition);
    try {
      Duration wait = Duration.between(Instant.now(), deadline);
      boolean isOwned = caughtUp.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      // It may have gone and come back, with another index.
      return isOwned && index.equals(indexes.get(partition))
          ? new Known.Letters(index)
          : new Known.NotOwned();
    } catch (TimeoutException late) {
      caughtUp.cancel(false);
      return new Known.NotYet();
    } catch (ExecutionException e) {
      throw new KafkaException("Kafka does not tell where " + Topics.DEAD.name() + " ends", e);
    }
  }

  /**
   * The record of a letter; empty if it is gone.
   *
   * @throws org.apache.kafka.common.KafkaException if it cannot be read now
   */
  Optional<ConsumerRecord<String, byte[]>> record(LetterPlace place) {
    return reader
        .read(List.of(new PlacesReader.Place(place.partition(), place.offset())), one -> one)
        .stream()
        .findFirst();
  }

  /** Ends. Those who still wait for letters wait until their deadlines. */
  @Override
  public void close() {
    follower.close();
    reader.close();
  }
}
