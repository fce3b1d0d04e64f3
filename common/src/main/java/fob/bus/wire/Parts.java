package fob.bus.wire;

import fob.function.FunctionId;
import fob.function.FunctionSpec;
import java.util.stream.IntStream;

/**
 * The partitions that the calls of one function use. A function with {@code spread=N} has N parts,
 * whose partitions are as far from each other as they can be, since neighbours often have the same
 * owner: of P partitions, part k uses (p + k * (P / N)) modulo P, in {@code fob.call} and in {@code
 * fob.async}. The partition p is the one that Kafka's producer chooses for the function's id.
 *
 * @param spread the number of parts, at least 1
 * @param partitions how many the topic has, at least 1
 */
public record Parts(FunctionId function, int spread, int partitions) {

  public static Parts of(FunctionSpec spec, int partitions) {
    return new Parts(spec.id(), spec.limits().spread(), partitions);
  }

  /** Returns the partition of a part. */
  public int partition(int part) {
    int distance = Math.max(1, partitions / spread);
    return (Topic.partition(function.toString(), partitions) + part * distance) % partitions;
  }

  /** Returns the partition of all calls with an idempotency key, so that one owner decides it. */
  public int partitionOf(String key) {
    return partition(Topic.partition(key, spread));
  }

  /** Returns whether it is the partition of one of the parts. */
  public boolean contains(int partition) {
    return IntStream.range(0, spread).anyMatch(part -> partition(part) == partition);
  }
}
