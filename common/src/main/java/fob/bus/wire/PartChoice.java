package fob.bus.wire;

import fob.call.Call;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Chooses at random which part of a function serves a call. A part with more ready instances is
 * chosen more often; a part without one is chosen only if no part has one. Thread-safe.
 */
public final class PartChoice {

  private final Function<FunctionId, Optional<FunctionState>> functions;
  private final ToIntFunction<String> partitions;
  private final Supplier<? extends RandomGenerator> random;

  /**
   * @param functions what is known of a function
   * @param partitions how many a topic has, by its name
   */
  public PartChoice(
      Function<FunctionId, Optional<FunctionState>> functions,
      ToIntFunction<String> partitions,
      Supplier<? extends RandomGenerator> random) {
    this.functions = functions;
    this.partitions = partitions;
    this.random = random;
  }

  /**
   * Returns a choice that never blocks.
   *
   * @param functions what is known of a function
   * @param partitions see {@link fob.bus.Bus#partitions}
   */
  public static PartChoice of(
      Function<FunctionId, Optional<FunctionState>> functions, Map<String, Integer> partitions) {
    return new PartChoice(
        functions,
        topic -> Objects.requireNonNull(partitions.get(topic), topic),
        ThreadLocalRandom::current);
  }

  /** Returns how many partitions a topic has. */
  public int partitions(String topic) {
    return partitions.applyAsInt(topic);
  }

  /** Returns whether the number of the function's parts is known. */
  public boolean isKnown(FunctionId id) {
    return functions.apply(id).isPresent();
  }

  /** Returns the partitions in a topic of a function; a function that is unknown has one part. */
  public Parts parts(FunctionId id, String topic) {
    int spread = functions.apply(id).map(known -> known.spec().limits().spread()).orElse(1);
    return new Parts(id, spread, partitions.applyAsInt(topic));
  }

  /** Returns the partition of the part that is to serve a call. */
  public int partition(FunctionId id, String topic) {
    return parts(id, topic).partition(functions.apply(id).map(this::part).orElse(0));
  }

  /**
   * Returns the partition of the part that is to serve a call with this idempotency key, if any.
   */
  public int partition(FunctionId id, String topic, Optional<String> key) {
    return key.map(parts(id, topic)::partitionOf).orElseGet(() -> partition(id, topic));
  }

  /** Makes the record of a synchronous call, in the partition that {@link #place} gives it. */
  public ProducerRecord<String, byte[]> record(Call call) {
    return place(CallWire.encode(Topics.CALL, call));
  }

  /**
   * Gives the record of a call the partition of the part that is to serve it. A record whose key is
   * not the id of a function with several parts is returned as it is: Kafka's producer then chooses
   * the partition by the key.
   */
  public ProducerRecord<String, byte[]> place(ProducerRecord<String, byte[]> record) {
    return Optional.ofNullable(record.key())
        .flatMap(FunctionId::parse)
        .filter(this::isDivided)
        .map(id ->
            new ProducerRecord<>(
                record.topic(),
                partition(id, record.topic(), TextHeaders.read(record.headers(), CallWire.KEY)),
                record.key(),
                record.value(),
                record.headers()))
        .orElse(record);
  }

  private boolean isDivided(FunctionId id) {
    return functions.apply(id).filter(known -> known.spec().limits().spread() > 1).isPresent();
  }

  private int part(FunctionState function) {
    return function.status() instanceof FunctionStatus.Ready(List<Instance> instances)
        ? instances.get(random.get().nextInt(instances.size())).part()
        : random.get().nextInt(function.spec().limits().spread());
  }
}
