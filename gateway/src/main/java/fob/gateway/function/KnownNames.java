package fob.gateway.function;

import fob.bus.table.FunctionTable;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.NameState;
import fob.function.Names;
import fob.function.Weights;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The names as this gateway's clients see them: the rows of {@code fob.functions}, and what follows
 * from registrations and removals here that the deployer has not written yet. Thread-safe.
 */
final class KnownNames {

  /** The number of a version that the deployer has not numbered yet. */
  private static final int NOT_NUMBERED = 0;

  private final FunctionTable table;
  private final Predicate<FunctionId> removed;
  private final BooleanSupplier registered;
  private final Supplier<Stream<FunctionState>> states;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /**
   * @param removed whether a function was removed here
   * @param registered whether something was registered here and the deployer has not written it yet
   * @param states all functions, also those that were registered here, without removed ones
   */
  KnownNames(
      FunctionTable table,
      Predicate<FunctionId> removed,
      BooleanSupplier registered,
      Supplier<Stream<FunctionState>> states) {
    this.table = table;
    this.removed = removed;
    this.registered = registered;
    this.states = states;
  }

  Optional<NameState> get(FunctionName name) {
    Optional<NameState> written = table.name(name);
    return written.isPresent() && isCurrent(written.get()) ? written : own(name, written);
  }

  private boolean isCurrent(NameState written) {
    return written.versions().values().stream().noneMatch(removed)
        && !(registered.getAsBoolean() && hasFailed(written.target()));
  }

  /** Does what the deployer will do. */
  private Optional<NameState> own(FunctionName name, Optional<NameState> written) {
    Optional<FunctionId> best = Names.target(name, states.get());
    if (best.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<Integer, FunctionId> versions = new TreeMap<>();
    written.ifPresent(known -> versions.putAll(known.versions()));
    versions.values().removeIf(removed);
    int number =
        versions.entrySet().stream()
            .filter(each -> each.getValue().equals(best.get()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(NOT_NUMBERED);
    versions.put(number, best.get());
    NameState own = NameState.ofFirst(name, number, best.get());
    return Optional.of(
        written
            .map(known ->
                new NameState(
                    name,
                    versions,
                    known.last(),
                    known.decided(),
                    known.decidedBefore(),
                    weights(known, versions).orElseGet(own::weights),
                    known.pending(),
                    known.refused(),
                    known.history()))
            .orElse(own));
  }

  /** The weights of the versions that are left and have not failed. */
  private Optional<Weights> weights(NameState known, SortedMap<Integer, FunctionId> left) {
    return known
        .weights()
        .without(
            known.weights().percents().keySet().stream()
                .filter(number -> !left.containsKey(number) || hasFailed(left.get(number)))
                .toList());
  }

  private boolean hasFailed(FunctionId id) {
    return table
        .get(id)
        .filter(state -> state.status() instanceof FunctionStatus.Failed)
        .isPresent();
  }

  /** Returns all names, in their order. */
  List<NameState> all() {
    return states
        .get()
        .flatMap(state -> Stream.ofNullable(state.spec().name()))
        .distinct()
        .sorted((one, other) -> one.value().compareTo(other.value()))
        .flatMap(name -> get(name).stream())
        .toList();
  }

  /** A row of a name was read. */
  void changed() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a name is as it should be.
   *
   * @param test looks at what the deployer has written; empty: it is to wait
   * @return empty if the time is over
   */
  <T> Optional<T> await(
      FunctionName name, Function<Optional<NameState>, Optional<T>> test, Duration wait)
      throws InterruptedException {
    long left = wait.toNanos();
    lock.lock();
    try {
      Optional<T> result = test.apply(table.name(name));
      while (result.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
        result = test.apply(table.name(name));
      }
      return result;
    } finally {
      lock.unlock();
    }
  }
}
