package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.FunctionRowWire;
import fob.bus.wire.Topics;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.PlatformInfo;
import fob.service.Loops;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * {@code fob.functions} as every service sees it: functions by id, names, and what the platform
 * offers. Follows the topic live. Thread-safe.
 */
public final class FunctionTable implements AutoCloseable {

  /** Gets every change of a function, those of the first load included; empty: it is gone. */
  @FunctionalInterface
  public interface Listener {
    void changed(FunctionId id, Optional<FunctionState> state);
  }

  private final CompactedTable<FunctionRowWire.Row> rows;
  private final Heartbeat heartbeat;

  /**
   * @param listener runs on the table's thread; it must be quick
   */
  public FunctionTable(Bus bus, Listener listener) {
    this(bus.loops(), bus.reader(), listener);
  }

  /**
   * @param consumer from {@link Bus#reader}; this table closes it
   * @param listener as above
   */
  public FunctionTable(Loops loops, Consumer<String, byte[]> consumer, Listener listener) {
    this(loops, consumer, listener, System::nanoTime);
  }

  /**
   * @param nanoTime by which a deployer that is not heard of is away
   */
  public FunctionTable(
      Loops loops, Consumer<String, byte[]> consumer, Listener listener, LongSupplier nanoTime) {
    this.heartbeat = new Heartbeat(nanoTime);
    this.rows =
        new CompactedTable<>(
            loops,
            Topics.FUNCTIONS,
            consumer,
            FunctionRowWire::decode,
            (key, row) -> changed(key, row, listener));
  }

  private void changed(String key, Optional<FunctionRowWire.Row> row, Listener listener) {
    if (row.orElse(null) instanceof FunctionRowWire.Row.OfPlatform(PlatformInfo _, Instant at)) {
      heartbeat.heard(at, rows.isLoaded());
    }
    FunctionId.parse(key).ifPresent(id -> listener.changed(id, row.flatMap(FunctionTable::state)));
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

  /** The function that a name points to now. */
  public Optional<FunctionId> get(FunctionName name) {
    return rows.get(name.value())
        .flatMap(row ->
            row instanceof FunctionRowWire.Row.OfName(FunctionId id)
                ? Optional.of(id)
                : Optional.empty());
  }

  /** Finds the id behind an id or a name; the function itself may not be known yet. */
  public Optional<FunctionId> resolve(String idOrName) {
    return FunctionId.parse(idOrName)
        .or(() ->
            FunctionName.isValid(idOrName) ? get(new FunctionName(idOrName)) : Optional.empty());
  }

  /** Empty until a deployer has run once. */
  public Optional<PlatformInfo> platform() {
    return rows.get(FunctionRowWire.PLATFORM_KEY)
        .flatMap(row ->
            row instanceof FunctionRowWire.Row.OfPlatform(PlatformInfo info, Instant _)
                ? Optional.of(info)
                : Optional.empty());
  }

  /**
   * Why nobody vouches for the statuses here now, in one sentence: no active deployer has been
   * heard of lately, or none yet since this table was loaded. Empty as long as one is.
   */
  public Optional<String> unvouched() {
    return heartbeat.problem();
  }

  /**
   * Why no function can run at all, in one sentence: instances end with their deployer, and none
   * has been heard of for a while. A deployer that is being replaced, or a service that has just
   * started, is no reason yet.
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

  /** Every name and the function that it points to. */
  public Map<FunctionName, FunctionId> names() {
    Map<FunctionName, FunctionId> names = new HashMap<>();
    rows.rows()
        .forEach((key, row) -> {
          if (row instanceof FunctionRowWire.Row.OfName(FunctionId id)) {
            names.put(new FunctionName(key), id);
          }
        });
    return names;
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
