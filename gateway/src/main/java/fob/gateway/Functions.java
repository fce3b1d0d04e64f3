package fob.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import fob.bus.Bus;
import fob.bus.FunctionTable;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.PlatformInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The functions as this gateway's clients may see them: the bus's view, and on top of it what was
 * registered or removed here a moment ago and has not come round yet, so that a client reads its
 * own writes. Thread-safe.
 */
final class Functions implements AutoCloseable {

  private static final long MAX_RECENT = 10_000;
  private static final Duration RECENT = Duration.ofMinutes(10);

  private final FunctionTable table;
  private final Cache<FunctionId, FunctionSpec> registered = recent();
  private final Cache<FunctionName, FunctionId> named = recent();
  private final Cache<FunctionId, Boolean> removed = recent();
  private final Map<FunctionId, CompletableFuture<FunctionStatus>> watched =
      new ConcurrentHashMap<>();

  Functions(Bus bus) {
    this.table = new FunctionTable(bus, this::changed);
  }

  private static <K, V> Cache<K, V> recent() {
    return Caffeine.newBuilder().maximumSize(MAX_RECENT).expireAfterWrite(RECENT).build();
  }

  void start(Instant deadline) throws InterruptedException {
    table.start(deadline);
  }

  /** Finds the id behind an id or a name; the function may have been removed. */
  Optional<FunctionId> resolve(String idOrName) {
    return table
        .resolve(idOrName)
        .filter(id -> removed.getIfPresent(id) == null)
        .or(() ->
            FunctionName.isValid(idOrName)
                ? Optional.ofNullable(named.getIfPresent(new FunctionName(idOrName)))
                : Optional.empty());
  }

  Optional<FunctionSpec> spec(FunctionId id) {
    if (removed.getIfPresent(id) != null) {
      return Optional.empty();
    }
    return table
        .get(id)
        .map(FunctionState::spec)
        .or(() -> Optional.ofNullable(registered.getIfPresent(id)));
  }

  /** What the deployer says of a function; empty if it has not taken it up yet. */
  Optional<FunctionState> state(FunctionId id) {
    return removed.getIfPresent(id) != null ? Optional.empty() : table.get(id);
  }

  Optional<PlatformInfo> platform() {
    return table.platform();
  }

  /** Why nobody vouches for the statuses now; see {@link FunctionTable#unvouched}. */
  Optional<String> unvouched() {
    return table.unvouched();
  }

  /** Every function, oldest first. */
  List<FunctionSpec> all() {
    Map<FunctionId, FunctionSpec> all = new ConcurrentHashMap<>(registered.asMap());
    table.all().forEach(state -> all.put(state.spec().id(), state.spec()));
    all.keySet().removeAll(removed.asMap().keySet());
    return all.values().stream()
        .sorted(
            Comparator.comparing(FunctionSpec::registered).thenComparing(spec -> spec.id().value()))
        .toList();
  }

  /** Accepted by this gateway just now. */
  void registered(FunctionSpec spec) {
    registered.put(spec.id(), spec);
    if (spec.name() != null) {
      named.put(spec.name(), spec.id());
    }
  }

  /** Removed through this gateway just now. */
  void removed(FunctionId id) {
    removed.put(id, true);
    registered.invalidate(id);
    named.asMap().values().remove(id);
  }

  /**
   * Waits until the function is ready or has failed.
   *
   * @return empty if it is neither in time
   */
  Optional<FunctionStatus> awaitSettled(FunctionId id, Duration wait) throws InterruptedException {
    CompletableFuture<FunctionStatus> settled =
        watched.computeIfAbsent(id, _ -> new CompletableFuture<>());
    try {
      table.get(id).map(FunctionState::status).ifPresent(status -> complete(settled, status));
      return Optional.of(settled.get(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("only completed with values", e);
    } finally {
      watched.remove(id, settled);
    }
  }

  private void changed(FunctionId id, Optional<FunctionState> state) {
    CompletableFuture<FunctionStatus> settled = watched.get(id);
    if (settled != null) {
      state.ifPresent(now -> complete(settled, now.status()));
    }
    if (state.isPresent()) {
      registered.invalidate(id);
    } else {
      removed.invalidate(id);
    }
  }

  private static void complete(CompletableFuture<FunctionStatus> settled, FunctionStatus status) {
    switch (status) {
      case FunctionStatus.Deploying _ -> {}
      case FunctionStatus.Ready _, FunctionStatus.Failed _ -> settled.complete(status);
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
