package fob.gateway.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import fob.bus.table.FunctionTable;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Names;
import fob.function.PlatformInfo;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The functions as this gateway's clients see them: the rows of {@code fob.functions}, and what
 * this gateway registered or removed but has not read back yet. So a client reads its own writes.
 * At most 10,000 such changes are kept, for up to 10 minutes. Thread-safe.
 */
public final class Functions implements AutoCloseable {

  private static final long MAX_RECENT = 10_000;
  private static final Duration RECENT = Duration.ofMinutes(10);

  private static final FunctionStatus NOT_TAKEN_UP =
      new FunctionStatus.Deploying("registered; its deployer has not taken it up");

  private final FunctionTable table;
  private final Cache<FunctionId, FunctionSpec> registered = recent();
  private final Cache<FunctionId, Boolean> removed = recent();
  private final Map<FunctionId, CompletableFuture<FunctionStatus>> watched =
      new ConcurrentHashMap<>();

  /**
   * @param reader from {@link fob.bus.Bus#reader}; closed with this
   */
  public Functions(Loops loops, Consumer<String, byte[]> reader) {
    this.table = new FunctionTable(loops, reader, this::changed);
  }

  private static <K, V> Cache<K, V> recent() {
    return Caffeine.newBuilder().maximumSize(MAX_RECENT).expireAfterWrite(RECENT).build();
  }

  public void start(Instant deadline) throws InterruptedException {
    table.start(deadline);
  }

  /** The id that an id or a name stands for. There may be no function with that id. */
  public Optional<FunctionId> resolve(String idOrName) {
    return FunctionId.parse(idOrName)
        .or(() ->
            FunctionName.isValid(idOrName) ? target(new FunctionName(idOrName)) : Optional.empty())
        .filter(id -> !isRemoved(id));
  }

  /** The target that the deployer has written, unless this gateway has a newer change. */
  private Optional<FunctionId> target(FunctionName name) {
    Optional<FunctionId> written = table.get(name);
    boolean settled = written.isPresent() && !isRemoved(written.get()) && !isRegisteredHere(name);
    return settled ? written : Names.target(name, states());
  }

  private boolean isRegisteredHere(FunctionName name) {
    return registered.estimatedSize() > 0
        && registered.asMap().values().stream().anyMatch(spec -> name.equals(spec.name()));
  }

  private boolean isRemoved(FunctionId id) {
    return removed.getIfPresent(id) != null;
  }

  public Optional<FunctionSpec> spec(FunctionId id) {
    return state(id).map(FunctionState::spec);
  }

  /** A function with the status that its deployer last wrote. */
  public Optional<FunctionState> state(FunctionId id) {
    return isRemoved(id)
        ? Optional.empty()
        : table
            .get(id)
            .or(() -> Optional.ofNullable(registered.getIfPresent(id)).map(Functions::notTakenUp));
  }

  private static FunctionState notTakenUp(FunctionSpec spec) {
    return new FunctionState(spec, NOT_TAKEN_UP);
  }

  public Optional<PlatformInfo> platform() {
    return table.platform();
  }

  /**
   * Why the statuses may be outdated, see {@link FunctionTable#unvouched}; empty if they are not.
   */
  public Optional<String> unvouched() {
    return table.unvouched();
  }

  /** Every function, oldest first. */
  public List<FunctionState> all() {
    return states()
        .sorted(
            Comparator.comparing((FunctionState state) -> state.spec().registered())
                .thenComparing(state -> state.spec().id().value()))
        .toList();
  }

  private Stream<FunctionState> states() {
    Map<FunctionId, FunctionState> all = new HashMap<>();
    registered.asMap().forEach((id, spec) -> all.put(id, notTakenUp(spec)));
    table.all().forEach(state -> all.put(state.spec().id(), state));
    all.keySet().removeAll(removed.asMap().keySet());
    return all.values().stream();
  }

  /**
   * This gateway is about to write a registration. Must be called before the write, so that rows
   * which are read later replace it.
   */
  void registering(FunctionSpec spec) {
    registered.put(spec.id(), spec);
  }

  /** The write is not known to have succeeded. */
  void notRegistered(FunctionSpec spec) {
    registered.invalidate(spec.id());
  }

  /** This gateway is about to write a removal. Must be called before the write. */
  void removing(FunctionId id) {
    removed.put(id, true);
  }

  /** The write is not known to have succeeded. */
  void notRemoved(FunctionId id) {
    removed.invalidate(id);
  }

  /**
   * Waits until the function is ready or has failed.
   *
   * @return empty if the function is neither after that time
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
    registered.invalidate(id);
    if (state.isEmpty()) {
      removed.invalidate(id);
    }
  }

  private static void complete(CompletableFuture<FunctionStatus> settled, FunctionStatus status) {
    switch (status) {
      case FunctionStatus.Deploying _ -> {}
      case FunctionStatus.Ready _, FunctionStatus.Idle _, FunctionStatus.Failed _ ->
          settled.complete(status);
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
