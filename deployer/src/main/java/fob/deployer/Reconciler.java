package fob.deployer;

import static java.util.Comparator.comparingInt;

import fob.bus.CodeStore;
import fob.bus.FunctionTable;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Failure;
import fob.function.FunctionStatus.Ready;
import fob.function.LastEnd;
import fob.function.Registration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what runs equal to what is wanted. Level-triggered: it compares whole states, at every
 * start and at every change, and each step may be repeated, so the deployer may be killed at any
 * line.
 *
 * <p>Used by one thread at a time: {@link Deployer} sees to that.
 */
final class Reconciler {

  private static final Logger LOGGER = LoggerFactory.getLogger(Reconciler.class);

  private final FunctionTable table;
  private final CodeStore codes;
  private final Platform platform;
  private final Drivers drivers;
  private final FunctionWriter writer;

  /** The truth about functions while this deployer is active; the table follows what is written. */
  private final Map<FunctionId, FunctionState> wanted = new HashMap<>();

  private final Map<FunctionName, FunctionId> names = new HashMap<>();

  Reconciler(
      FunctionTable table,
      CodeStore codes,
      Platform platform,
      Drivers drivers,
      FunctionWriter writer) {
    this.table = table;
    this.codes = codes;
    this.platform = platform;
    this.drivers = drivers;
    this.writer = writer;
  }

  /**
   * Takes over everything that was ever registered and not removed. The table and the codes hold
   * all that the deployer before this one wrote. The platform says how each of them is: what it
   * starts again is deploying at once, what has run on stays ready.
   */
  void resume() {
    wanted.clear();
    names.clear();
    table.all().forEach(state -> wanted.put(state.spec().id(), state));
    table.names().forEach(names::put);
    platform.retain(Set.copyOf(wanted.keySet()));
    for (FunctionState state : inOrderOfStarts()) {
      FunctionSpec spec = state.spec();
      codes
          .get(spec.id())
          .ifPresentOrElse(code -> deploy(spec, code), () -> set(state.with(codeIsLost())));
    }
    LOGGER.atInfo().addKeyValue("functions", wanted.size()).log("deployer is active");
  }

  /** Functions that served before come back first, those that failed last. */
  private List<FunctionState> inOrderOfStarts() {
    return wanted.values().stream()
        .sorted(
            comparingInt(state ->
                switch (state.status()) {
                  case Ready _ -> 0;
                  case Deploying _ -> 1;
                  case Failed _ -> 2;
                }))
        .toList();
  }

  /** Another deployer is active: nothing of ours may run or write. */
  void stop() {
    wanted.clear();
    names.clear();
    writer.abandon();
    platform.release();
  }

  /**
   * @param done runs once nothing of the registration can be lost any more
   */
  void apply(Registration registration, Runnable done) {
    switch (registration) {
      case Registration.Register(FunctionSpec spec, Code code) -> register(spec, code, done);
      case Registration.Remove(FunctionId id) -> remove(id, done);
    }
  }

  private void register(FunctionSpec spec, Code code, Runnable done) {
    if (wanted.containsKey(spec.id()) && codes.get(spec.id()).isPresent()) {
      // Delivered again after a restart, and written in full before: resume() has taken it up.
      done.run();
      return;
    }
    FunctionState state = new FunctionState(spec, new Deploying("starting"));
    wanted.put(spec.id(), state);
    writer.register(state, code, done);
    FunctionName name = spec.name();
    if (name != null && !names.containsKey(name)) {
      point(name, spec.id());
    }
    deploy(spec, code);
    LOGGER
        .atInfo()
        .addKeyValue("function", spec.id())
        .addKeyValue("language", spec.language())
        .log("registered");
  }

  private void remove(FunctionId id, Runnable done) {
    wanted.remove(id);
    platform.remove(id);
    Set.copyOf(names.entrySet()).stream()
        .filter(entry -> entry.getValue().equals(id))
        .forEach(entry -> {
          names.remove(entry.getKey());
          writer.forget(entry.getKey());
        });
    writer.forget(id, done);
    LOGGER.atInfo().addKeyValue("function", id).log("removed");
  }

  /** The platform has seen a change. */
  void observed(FunctionId id, FunctionStatus status) {
    FunctionState known = wanted.get(id);
    if (known == null || known.status().equals(status)) {
      return;
    }
    set(known.with(status));
    FunctionName name = known.spec().name();
    if (name != null && status instanceof Ready && isNewer(known.spec(), names.get(name))) {
      point(name, id);
    }
  }

  /** The platform has seen an instance end. */
  void ended(FunctionId id, String reason, Instant at) {
    FunctionState known = wanted.get(id);
    if (known != null) {
      LastEnd before = known.lastEnd();
      set(known.with(new LastEnd(reason, at, before == null ? 1 : before.count() + 1)));
    }
  }

  private boolean isNewer(FunctionSpec spec, @Nullable FunctionId current) {
    return Optional.ofNullable(current)
        .map(wanted::get)
        .map(other -> spec.registered().isAfter(other.spec().registered()))
        .orElse(true);
  }

  private void point(FunctionName name, FunctionId id) {
    names.put(name, id);
    writer.point(name, id);
  }

  private void deploy(FunctionSpec spec, Code code) {
    if (drivers.get(spec.language()).isEmpty()) {
      observed(spec.id(), noDriver(spec.language()));
      return;
    }
    platform.deploy(spec, code);
  }

  private void set(FunctionState state) {
    wanted.put(state.spec().id(), state);
    writer.write(state);
  }

  private Failed noDriver(String language) {
    return new Failed(
        Failure.of(
            "there is no driver for '"
                + language
                + "'; there are drivers for "
                + String.join(", ", drivers.languages())));
  }

  private static Failed codeIsLost() {
    return new Failed(Failure.of("its code is not on the bus any more; register it again"));
  }
}
