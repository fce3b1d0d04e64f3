package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.FunctionRowWire;
import fob.bus.wire.Topics;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.Lookup;
import fob.function.NameState;
import fob.function.PlatformInfo;
import fob.service.Loops;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Keeps {@code fob.functions} in memory: the functions, the names, and what the platform offers.
 * Follows the topic. Thread-safe.
 */
public final class FunctionTable implements AutoCloseable {

  /**
   * Hears of every change of a function, also of those while the topic is read first. An empty
   * state means that the function is gone.
   */
  @FunctionalInterface
  public interface Listener {
    void changed(FunctionId id, Optional<FunctionState> state);

    /** Hears of changes of names likewise. */
    default void nameChanged(FunctionName name, Optional<NameState> state) {}
  }

  private final CompactedTable<FunctionRowWire.Row> rows;
  private final Heartbeat heartbeat;
  private final Lookup lookup = new Lookup(this::name);

  /**
   * @param listener runs on the table's thread and must not block
   */
  public FunctionTable(Bus bus, Listener listener) {
    this(bus.loops(), bus.follower(), listener);
  }

  /** Returns a table that does not keep the schemas of functions, which are up to 64 KiB each. */
  public static FunctionTable withoutSchemas(
      Loops loops, Consumer<String, byte[]> consumer, Listener listener) {
    return new FunctionTable(
        loops,
        consumer,
        listener,
        System::nanoTime,
        record -> withoutSchema(FunctionRowWire.decode(record)));
  }

  private static FunctionRowWire.Row withoutSchema(FunctionRowWire.Row row) {
    return row instanceof FunctionRowWire.Row.OfFunction(FunctionState state)
        ? new FunctionRowWire.Row.OfFunction(state.withoutSchema())
        : row;
  }

  /**
   * @param consumer from {@link Bus#follower}; this table closes it
   * @param listener as above
   */
  public FunctionTable(Loops loops, Consumer<String, byte[]> consumer, Listener listener) {
    this(loops, consumer, listener, System::nanoTime);
  }

  /**
   * @param nanoTime the clock that measures the time since the last heartbeat
   */
  public FunctionTable(
      Loops loops, Consumer<String, byte[]> consumer, Listener listener, LongSupplier nanoTime) {
    this(loops, consumer, listener, nanoTime, FunctionRowWire::decode);
  }

  private FunctionTable(
      Loops loops,
      Consumer<String, byte[]> consumer,
      Listener listener,
      LongSupplier nanoTime,
      Function<ConsumerRecord<String, byte[]>, FunctionRowWire.Row> decode) {
    this.heartbeat = new Heartbeat(nanoTime);
    this.rows =
        new CompactedTable<>(
            loops, Topics.FUNCTIONS, consumer, decode, (key, row) -> changed(key, row, listener));
  }

  private void changed(String key, Optional<FunctionRowWire.Row> row, Listener listener) {
    if (row.orElse(null) instanceof FunctionRowWire.Row.OfPlatform(PlatformInfo _, Instant at)) {
      heartbeat.heard(at, rows.isLoaded());
    }
    if (FunctionName.isValid(key)) {
      listener.nameChanged(new FunctionName(key), row.flatMap(FunctionTable::name));
    } else {
      FunctionId.parse(key)
          .ifPresent(id -> listener.changed(id, row.flatMap(FunctionTable::state)));
    }
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    rows.start(deadline);
  }

  /**
   * Waits until everything that was written up to now is here; see {@link CompactedTable#catchUp}.
   */
  public void catchUp(Instant deadline) throws InterruptedException {
    rows.catchUp(deadline);
  }

  public Optional<FunctionState> get(FunctionId id) {
    return rows.get(id.toString()).flatMap(FunctionTable::state);
  }

  /** Returns what is known of a name. */
  public Optional<NameState> name(FunctionName name) {
    return rows.get(name.value()).flatMap(FunctionTable::name);
  }

  /** Finds functions by what users write. A function that is found may not be known yet. */
  public Lookup lookup() {
    return lookup;
  }

  /** What the platform offers; empty until a deployer has run once. */
  public Optional<PlatformInfo> platform() {
    return rows.get(FunctionRowWire.PLATFORM_KEY)
        .flatMap(row ->
            row instanceof FunctionRowWire.Row.OfPlatform(PlatformInfo info, Instant _)
                ? Optional.of(info)
                : Optional.empty());
  }

  /**
   * Says in one sentence why the statuses in this table may be outdated: the last heartbeat of an
   * active deployer is too old, or there was none since this table was loaded. Empty if there is a
   * deployer.
   */
  public Optional<String> unvouched() {
    return heartbeat.problem();
  }

  /**
   * Says in one sentence why no function can run: instances end with their deployer, and there was
   * no heartbeat of a deployer for a while. Empty while a deployer is being replaced, and just
   * after this service has started.
   */
  public Optional<String> platformAway() {
    return platform()
        .filter(info -> !info.outlivesDeployer() && heartbeat.isSilent())
        .flatMap(info ->
            unvouched()
                .map(why ->
                    "%s, and on the platform '%s' instances end with their deployer"
                        .formatted(why, info.platform())));
  }

  public Stream<FunctionState> all() {
    return rows.rows().values().stream().flatMap(row -> state(row).stream());
  }

  public Stream<NameState> names() {
    return rows.rows().values().stream().flatMap(row -> name(row).stream());
  }

  private static Optional<NameState> name(FunctionRowWire.Row row) {
    return row instanceof FunctionRowWire.Row.OfName(NameState name)
        ? Optional.of(name)
        : Optional.empty();
  }

  private static Optional<FunctionState> state(FunctionRowWire.Row row) {
    return row instanceof FunctionRowWire.Row.OfFunction(FunctionState state)
        ? Optional.of(state)
        : Optional.empty();
  }

  @Override
  public void close() {
    rows.close();
  }
}
