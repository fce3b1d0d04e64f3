package fob.invoker;

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

/** The instances of one function. Not thread-safe: guarded by the lane's lock. */
final class InstancePool {

  private final BiFunction<Instance, FunctionState, InstanceClient> clients;
  private final Map<String, PooledInstance> pool = new HashMap<>();

  /**
   * @param clients creates the client of a new instance; the pool closes the client when the
   *     instance is gone
   */
  InstancePool(BiFunction<Instance, FunctionState, InstanceClient> clients) {
    this.clients = clients;
  }

  /** Adds new instances and removes those that are gone; instances that stay keep their state. */
  void update(Optional<FunctionState> function) {
    List<Instance> instances =
        function.map(FunctionState::status).orElse(null) instanceof FunctionStatus.Ready(var ready)
            ? ready
            : List.of();
    Set<String> gone = new HashSet<>(pool.keySet());
    for (Instance instance : instances) {
      gone.remove(instance.id());
      pool.computeIfAbsent(
          instance.id(),
          _ -> new PooledInstance(instance, clients.apply(instance, function.orElseThrow())));
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
    return pool.values().stream().allMatch(PooledInstance::isFailing)
        ? "the function's instances do not serve calls"
        : "all of the function's instances were busy";
  }
}
