package fob.deployer;

import fob.bus.table.Codes;
import fob.deployer.layer.Dependencies;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import fob.function.LastEnd;
import fob.function.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the running functions equal to the wanted functions. It compares whole states at every
 * start and every change, and each step may be repeated. So the deployer may be killed at any line.
 *
 * <p>Used on {@link Decisions} alone.
 */
final class Reconciler {

  private static final Logger LOGGER = LoggerFactory.getLogger(Reconciler.class);
  private final Codes codes;
  private final Platform platform;
  private final FunctionWriter writer;

  /** The states of functions while this deployer is active; the bus has them a little later. */
  private final Map<FunctionId, FunctionState> wanted = new HashMap<>();

  private final NamePointers names;
  private final Deployments deployments;
  private final Prepared prepared;

  Reconciler(
      Codes codes,
      Platform platform,
      Drivers drivers,
      Secrets secrets,
      FunctionWriter writer,
      Dependencies dependencies,
      Executor decisions) {
    this.codes = codes;
    this.platform = platform;
    this.writer = writer;
    this.names = new NamePointers(writer);
    this.prepared = new Prepared(dependencies, decisions, this);
    this.deployments = new Deployments(codes, platform, drivers, secrets, prepared, this::fail);
  }

  /**
   * Takes over everything that was ever registered and not removed; {@link #deployNext} deploys it.
   */
  void resume(Collection<FunctionState> states, Map<FunctionName, FunctionId> written) {
    forgetAll();
    states.forEach(state -> wanted.put(state.spec().id(), state));
    platform.retain(Set.copyOf(wanted.keySet()));
    if (!platform.outlivesDeployer()) {
      states.stream()
          .filter(state -> state.status() instanceof Ready)
          .forEach(state -> set(state.with(new Deploying("starting again with its deployer"))));
    }
    names.resume(written, wanted.values());
    prepared.resume(wanted.values());
    deployments.addAll(wanted.values());
    LOGGER.atInfo().addKeyValue("functions", wanted.size()).log("deployer is active");
  }

  /**
   * Deploys the next function that was taken over. The platform tells its status: a function that
   * it starts again is deploying at once, one that has run on stays ready.
   *
   * @return how long to wait before the next one; empty: none is left
   */
  Optional<Duration> deployNext() {
    return deployments.deployNext(id -> Optional.ofNullable(wanted.get(id)));
  }

  /** Another deployer is active: this one may write nothing any more. */
  void stop() {
    forgetAll();
    writer.abandon();
    platform.release();
  }

  private void forgetAll() {
    wanted.clear();
    names.clear();
    deployments.clear();
    prepared.stop();
  }

  /**
   * Applies a registration or a removal.
   *
   * @param done runs once Kafka has confirmed all records of it
   */
  void apply(Registration registration, Runnable done) {
    switch (registration) {
      case Registration.Register(FunctionSpec spec, Code code) -> register(spec, code, done);
      case Registration.Remove(FunctionId id) -> remove(id, done);
    }
  }

  private void register(FunctionSpec spec, Code code, Runnable done) {
    if (wanted.containsKey(spec.id()) && codes.has(spec.id())) {
      // The record was delivered again after a restart, and resume() has taken the function over.
      done.run();
      return;
    }
    FunctionState state = new FunctionState(spec, new Deploying("starting"));
    wanted.put(spec.id(), state);
    writer.register(state, code, done);
    names.update(spec.name(), wanted.values());
    deployments.deploy(state, () -> code);
    LOGGER.atInfo().addKeyValue("function", spec.id()).log("registered");
  }

  /**
   * Writes a function that has failed, in place of a registration that cannot be applied. If the id
   * has a function already, that stays: a version never changes.
   *
   * @param spec the settings that could be read
   */
  void refuse(FunctionSpec spec, String why, Runnable done) {
    FunctionState state = new FunctionState(spec, new Failed(FailureReason.of(why)));
    if (wanted.putIfAbsent(spec.id(), state) == null) {
      writer.write(state, done);
    } else {
      done.run();
    }
  }

  private void remove(FunctionId id, Runnable done) {
    FunctionState removed = wanted.remove(id);
    if (removed != null) {
      names.update(removed.spec().name(), wanted.values());
    }
    writer.forget(id, done);
    prepared.remove(id);
    deployments.remove(id);
    LOGGER.atInfo().addKeyValue("function", id).log("removed");
  }

  /** The platform tells another status of a function. */
  void observed(FunctionId id, FunctionStatus status) {
    FunctionState known = wanted.get(id);
    if (known != null && !known.status().equals(Division.of(known, status))) {
      set(known.with(Division.of(known, status)));
      names.update(known.spec().name(), wanted.values());
    }
  }

  /** The platform tells that an instance has ended. */
  void ended(FunctionId id, String reason, Instant at) {
    FunctionState known = wanted.get(id);
    if (known != null) {
      LastEnd before = known.lastEnd();
      set(known.with(new LastEnd(reason, at, before == null ? 1 : before.count() + 1)));
    }
  }

  /** A secret was written or deleted. */
  void secretChanged(String name) {
    deployments.secretChanged(name, wanted.values());
  }

  /** The dependencies of a function are there, or it has none. */
  void prepared(FunctionSpec spec, CodeSource code) {
    FunctionState known = wanted.get(spec.id());
    FunctionLayer layer = code.layer();
    if (known != null && layer != null) {
      set(known.with(layer.layer()));
    }
    deployments.deploy(spec, code, List.of());
  }

  private void fail(FunctionSpec spec, String why) {
    observed(spec.id(), new Failed(FailureReason.of(why)));
  }

  private void set(FunctionState state) {
    wanted.put(state.spec().id(), state);
    writer.write(state);
  }
}
