package fob.invoker;

import fob.bus.wire.Parts;
import fob.bus.wire.Topics;
import fob.function.FunctionSpec;
import java.util.Collection;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The parts of functions whose partition this invoker owns. Thread-safe; one thread calls {@link
 * #add} and {@link #remove}.
 */
final class OwnedParts {

  private final int partitions;
  private volatile Set<Integer> owned = Set.of();

  /**
   * @param partitions how many the topics of calls have
   */
  OwnedParts(int partitions) {
    this.partitions = partitions;
  }

  void add(Collection<TopicPartition> gained) {
    owned = Stream.concat(owned.stream(), numbers(gained)).collect(Collectors.toUnmodifiableSet());
  }

  void remove(Collection<TopicPartition> gone) {
    Set<Integer> removed = numbers(gone).collect(Collectors.toSet());
    owned =
        owned.stream()
            .filter(number -> !removed.contains(number))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Both topics of calls have the same owner, so one of them tells. */
  private static Stream<Integer> numbers(Collection<TopicPartition> some) {
    return some.stream()
        .filter(partition -> partition.topic().equals(Topics.CALL.name()))
        .map(TopicPartition::partition);
  }

  /**
   * Returns the parts of a function whose instances this invoker may use: those that it owns. If it
   * owns none, it may use all, so that no call waits in vain. It then has only calls that another
   * invoker has taken over, which are not sent, and calls that were moved to another partition
   * before the number of partitions changed.
   */
  IntPredicate of(FunctionSpec function) {
    Parts parts = Parts.of(function, partitions);
    Set<Integer> now = owned;
    IntPredicate isOwned = part -> now.contains(parts.partition(part));
    return IntStream.range(0, parts.spread()).anyMatch(isOwned) ? isOwned : _ -> true;
  }
}
