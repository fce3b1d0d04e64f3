package fob.deployer.layer;

import fob.function.FunctionId;
import fob.function.Layer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Which function uses which layer. Functions that need the same layer at the same time wait for the
 * one that makes it. Thread-safe: the lock is this object, and nothing waits while it is held.
 */
final class LayerUses {

  /**
   * A layer that is made or has been made.
   *
   * @param layer fails if it could not be made
   */
  record Use(CompletableFuture<Layer> layer, boolean isFirst) {}

  private static final class Entry {
    private final CompletableFuture<Layer> layer = new CompletableFuture<>();
    private final Set<FunctionId> users = new HashSet<>();
  }

  private final Map<String, Entry> byId = new HashMap<>(); // guarded by this

  /** A function has a layer, unless it is just being made anew because it was lost. */
  synchronized void add(FunctionId function, Layer layer) {
    Entry entry =
        byId.computeIfAbsent(
            layer.id(),
            _ -> {
              Entry there = new Entry();
              there.layer.complete(layer);
              return there;
            });
    entry.users.add(function);
  }

  /** A function needs a layer. If it is the first one, it has to complete the result. */
  synchronized Use use(FunctionId function, String id) {
    Entry known = byId.get(id);
    Entry entry = known == null || known.layer.isCompletedExceptionally() ? new Entry() : known;
    byId.put(id, entry);
    entry.users.add(function);
    return new Use(entry.layer, entry != known);
  }

  /** A layer was lost, and the function makes it again. */
  synchronized Use replace(FunctionId function, Layer lost, String id) {
    Entry known = byId.get(lost.id());
    if (known != null && made(known).filter(lost::equals).isPresent()) {
      byId.remove(lost.id());
    }
    return use(function, id);
  }

  /**
   * A function needs its layers no more.
   *
   * @return the layers that nobody uses now
   */
  synchronized Set<Layer> release(FunctionId function) {
    Set<Layer> unused = new HashSet<>();
    byId.values()
        .removeIf(entry -> {
          boolean isLast = entry.users.remove(function) && entry.users.isEmpty();
          if (isLast) {
            made(entry).ifPresent(unused::add);
          }
          return isLast;
        });
    return unused;
  }

  private static Optional<Layer> made(Entry entry) {
    return entry.layer.isDone() && !entry.layer.isCompletedExceptionally()
        ? Optional.of(entry.layer.join())
        : Optional.empty();
  }

  /** Returns all layers that are there. */
  synchronized Set<Layer> all() {
    Set<Layer> all = new HashSet<>();
    byId.values().forEach(entry -> made(entry).ifPresent(all::add));
    return all;
  }

  synchronized void clear() {
    byId.clear();
  }
}
