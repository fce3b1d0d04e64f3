package fob.gateway.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import fob.bus.table.FunctionTable;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Lookup;
import fob.function.NameState;
import fob.function.PlatformInfo;
import fob.gateway.http.Problem;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final KnownNames names;
  private final Lookup lookup;
  private final Cache<FunctionId, FunctionSpec> registered = recent();
  private final Cache<FunctionId, Boolean> removed = recent();
  private final SettledFunctions settled = new SettledFunctions();

  /**
   * @param reader from {@link fob.bus.Bus#reader}; closed with this
   */
  public Functions(Loops loops, Consumer<String, byte[]> reader) {
    this.table = new FunctionTable(loops, reader, new Changes());
    this.names = new KnownNames(table, this::isRemoved, this::registeredHere, this::states);
    this.lookup = new Lookup(names::get);
  }

  private static <K, V> Cache<K, V> recent() {
    return Caffeine.newBuilder().maximumSize(MAX_RECENT).expireAfterWrite(RECENT).build();
  }

  public void start(Instant deadline) throws InterruptedException {
    table.start(deadline);
  }

  /**
   * Returns the id that an id, a name, or a name with a version stands for. There may be no
   * function with that id.
   */
  public Optional<FunctionId> resolve(String text) {
    return lookup.find(text).filter(id -> !isRemoved(id));
  }

  /**
   * Returns the function that an id, a name, or a name with a version stands for.
   *
   * @throws Problem 404 if there is none
   */
  public FunctionState require(String text) {
    return resolve(text).flatMap(this::state).orElseThrow(() -> unknown(text));
  }

  /**
   * Returns the function for one call.
   *
   * @param lot decides among the versions of a name, see {@link fob.function.Weights#choose}
   * @throws Problem 404 if there is none
   */
  public FunctionSpec requireForCall(String text, String lot) {
    return lookup.find(text, lot).flatMap(this::spec).orElseThrow(() -> unknown(text));
  }

  private Problem unknown(String text) {
    return Problem.notFound(
        lookup.unknown(text)
            + "; POST /api/gen registers one, GET /api/stats lists those that exist");
  }

  KnownNames names() {
    return names;
  }

  private boolean registeredHere() {
    return registered.estimatedSize() > 0;
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

  /** See {@link FunctionTable#unvouched}. */
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

  Optional<FunctionStatus> awaitSettled(FunctionId id, Duration wait) throws InterruptedException {
    return settled.await(id, () -> table.get(id), wait);
  }

  private final class Changes implements FunctionTable.Listener {

    @Override
    public void changed(FunctionId id, Optional<FunctionState> state) {
      state.ifPresent(settled::changed);
      registered.invalidate(id);
      if (state.isEmpty()) {
        removed.invalidate(id);
      }
    }

    @Override
    public void nameChanged(FunctionName name, Optional<NameState> state) {
      names.changed();
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
