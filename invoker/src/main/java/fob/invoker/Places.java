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

/** The instances of one function as its lane uses them. The lane's lock guards them. */
final class Places {

  private final BiFunction<Instance, FunctionState, InstanceClient> clients;
  private final Map<String, Place> places = new HashMap<>();

  Places(BiFunction<Instance, FunctionState, InstanceClient> clients) {
    this.clients = clients;
  }

  /** Keeps those that stay as they are. */
  void update(Optional<FunctionState> now) {
    List<Instance> instances =
        now.map(FunctionState::status).orElse(null) instanceof FunctionStatus.Ready(var ready)
            ? ready
            : List.of();
    Set<String> gone = new HashSet<>(places.keySet());
    for (Instance instance : instances) {
      gone.remove(instance.id());
      places.computeIfAbsent(
          instance.id(), _ -> new Place(instance, clients.apply(instance, now.orElseThrow())));
    }
    for (String id : gone) {
      Optional.ofNullable(places.remove(id)).ifPresent(place -> place.client.close());
    }
  }

  /** One that takes a call. */
  Optional<Place> leastUsed(int concurrency) {
    long now = System.nanoTime();
    Place best = null;
    for (Place place : places.values()) {
      if (place.isFree(concurrency, now) && (best == null || place.used() < best.used())) {
        best = place;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Why none of them takes a call. */
  String whyNone() {
    if (places.isEmpty()) {
      return "it has no instance at the moment";
    }
    return places.values().stream().allMatch(Place::fails)
        ? "its instances do not serve calls"
        : "all of its instances were busy";
  }
}
