package fob.invoker;

import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntPredicate;

/** The instances of one function. Not thread-safe: guarded by the lane's lock. */
final class InstancePool {

  private final Function<FunctionSpec, IntPredicate> parts;
  private final BiFunction<Instance, FunctionState, InstanceClient> clients;
  private final Map<String, PooledInstance> pool = new HashMap<>();

  /**
   * @param parts returns which parts of the function's instances this invoker may use now
   * @param clients creates the client of a new instance; the pool closes the client when the
   *     instance is gone
   */
  InstancePool(
      Function<FunctionSpec, IntPredicate> parts,
      BiFunction<Instance, FunctionState, InstanceClient> clients) {
    this.parts = parts;
    this.clients = clients;
  }

  /**
   * Adds new instances and removes those that are gone; instances that stay keep their state. To be
   * called also when this invoker may use other parts than before.
   */
  void update(Optional<FunctionState> function) {
    List<Instance> instances =
        function.map(FunctionState::status).orElse(null) instanceof FunctionStatus.Ready(var ready)
            ? ready
            : List.of();
    Set<String> gone = new HashSet<>(pool.keySet());
    IntPredicate usable = function.map(FunctionState::spec).map(parts).orElse(_ -> false);
    for (Instance instance : instances) {
      gone.remove(instance.id());
      pool.computeIfAbsent(
              instance.id(),
              _ -> new PooledInstance(instance, clients.apply(instance, function.orElseThrow())))
          .setUsable(usable.test(instance.part()));
    }
    for (String id : gone) {
      Optional.ofNullable(pool.remove(id)).ifPresent(instance -> instance.client.close());
    }
  }

  /**
   * Returns the free instance with the fewest calls; empty if no instance is free.
   *
   * @param slots the number of calls that each instance may have at a time
   */
  Optional<PooledInstance> leastUsed(int slots) {
    long now = System.nanoTime();
    PooledInstance best = null;
    for (PooledInstance instance : pool.values()) {
      if (instance.isFree(slots, now) && (best == null || instance.occupied() < best.occupied())) {
        best = instance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Returns why no instance is free, as a part of a sentence for the caller. */
  String whyNoneIsFree() {
    if (pool.isEmpty()) {
      return "the function has no instance at the moment";
    }
    List<PooledInstance> usable = pool.values().stream().filter(PooledInstance::isUsable).toList();
    if (usable.isEmpty()) {
      return "the call's part of the function has no instance at the moment";
    }
    return usable.stream().allMatch(PooledInstance::isFailing)
        ? "the function's instances do not serve calls"
        : "all of the function's instances were busy";
  }
}
