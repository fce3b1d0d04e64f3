package fob.invoker.key;

import fob.bus.LogReader;
import fob.bus.loop.Ownership;
import fob.call.Call;
import fob.call.CallKey;
import fob.call.KeyAnswer;
import fob.call.RequestIds;
import fob.service.Loops;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which call is the first one with its idempotency key, for the partitions that this
 * invoker owns. Their claims are read from {@code fob.keys} when this invoker gets them, and
 * forgotten when they go. Thread-safe; single use.
 */
public final class Keys implements Ownership, AutoCloseable {

  private final int most;
  private final Consumer<ProducerRecord<String, byte[]>> writer;
  private final InstantSource clock;
  private final Map<Integer, Shard> shards = new ConcurrentHashMap<>();
  private final ClaimReader reader;

  /** The topics of each shard that this invoker owns. Used by the poll thread of the calls. */
  private final Map<Integer, Set<String>> owned = new HashMap<>();

  /**
   * @param consumer from {@link fob.bus.Bus#reader}; this closes it
   * @param most how many keys a partition may have; further ones are refused
   * @param writer writes a record until Kafka has acknowledged it; may block
   */
  public Keys(
      Loops loops,
      LogReader consumer,
      int most,
      Consumer<ProducerRecord<String, byte[]>> writer,
      InstantSource clock) {
    this.most = most;
    this.writer = writer;
    this.clock = clock;
    this.reader = new ClaimReader(loops, consumer, shards, clock);
  }

  /**
   * Decides whether a call may run. Blocks until that is certain: until all claims of the partition
   * have been read, and a new one has been written and read back. Goes on trying if Kafka is away.
   *
   * @param partition of the call's record
   * @param call its request id is a UUID
   * @return empty if another invoker owns the partition now, and will decide
   */
  public Optional<KeyAnswer> decide(int partition, Call call, CallKey key)
      throws InterruptedException {
    Shard shard = shards.get(partition);
    if (shard == null) {
      return Optional.empty();
    }
    Question question = Question.of(call, RequestIds.uuid(call.id()).orElseThrow(), key);
    shard.ask(question);
    try {
      return question.answer().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void gained(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      int number = partition.partition();
      owned.computeIfAbsent(number, _ -> new HashSet<>()).add(partition.topic());
      shards.computeIfAbsent(number, this::shard);
    }
    reader.shardsHaveChanged();
  }

  private Shard shard(int partition) {
    return new Shard(
        most,
        reader::earlierClaim,
        question -> Thread.ofVirtual().start(() -> writer.accept(question.claim(partition))),
        clock);
  }

  @Override
  public void gone(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      int number = partition.partition();
      Set<String> topics = owned.getOrDefault(number, new HashSet<>());
      topics.remove(partition.topic());
      Shard shard = topics.isEmpty() ? shards.remove(number) : null;
      if (shard != null) {
        shard.close();
      }
    }
    reader.shardsHaveChanged();
  }

  /** Ends. Those who still wait hear that another invoker decides. */
  @Override
  public void close() {
    shards.values().forEach(Shard::close);
    reader.close();
  }
}
