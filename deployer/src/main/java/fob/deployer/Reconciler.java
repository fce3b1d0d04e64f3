package fob.deployer;

import fob.bus.table.Codes;
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
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
  private final States wanted;
  private final Versions versions;
  private final Deployments deployments;
  private final Prepared prepared;
  private final IdleFunctions idle;
  private final Schemas schemas;
  private final DeployerMetrics metrics;

  Reconciler(
      Codes codes,
      Platform platform,
      Drivers drivers,
      FunctionServices services,
      FunctionWriter writer,
      Times times,
      DeployerMetrics metrics) {
    this.metrics = metrics;
    this.codes = codes;
    this.platform = platform;
    this.writer = writer;
    this.wanted = new States(writer);
    this.prepared = new Prepared(services.dependencies(), times.later()::soon, this);
    this.deployments =
        new Deployments(codes, platform, drivers, services.secrets(), prepared, prepared::fail);
    this.idle = new IdleFunctions(wanted, platform, deployments::deployAgain, times.later());
    this.versions = new Versions(wanted, writer, idle, id -> remove(id, () -> {}), times);
    this.schemas = new Schemas(services.schemas(), wanted, times.later());
  }

  /** Takes over everything that was registered and not removed; what is idle is not deployed. */
  void resume(Collection<FunctionState> states, Collection<NameState> names) {
    forgetAll();
    wanted.resume(states);
    platform.retain(wanted.ids(false), wanted.ids(true));
    if (!platform.outlivesDeployer()) {
      states.stream()
          .filter(state -> state.status() instanceof Ready)
          .forEach(
              state -> wanted.set(state.with(new Deploying("starting again with its deployer"))));
    }
    versions.resume(names);
    prepared.resume(wanted.all());
    deployments.addAll(wanted.idle(false));
    LOGGER.atInfo().addKeyValue("functions", wanted.all().size()).log("deployer is active");
  }

  /**
   * Deploys the next function that was taken over. The platform tells its status: a function that
   * it starts again is deploying at once, one that has run on stays ready.
   *
   * @return how long to wait before the next one; empty: none is left
   */
  Optional<Duration> deployNext() {
    return deployments.deployNext(wanted::get);
  }

  /** Another deployer is active: this one may write nothing any more. */
  void stop() {
    forgetAll();
    writer.abandon();
    platform.release();
  }

  private void forgetAll() {
    wanted.clear();
    versions.clear();
    deployments.clear();
    idle.clear();
    schemas.clear();
    prepared.stop();
  }

  /**
   * Applies a registration or a removal.
   *
   * @param done runs once Kafka has confirmed all records of it
   */
  void apply(Registration registration, Runnable done) {
    switch (registration) {
      case Registration.Register(FunctionSpec spec, Code code, String by) ->
          register(spec, code, by, done);
      case Registration.Remove(FunctionId id, String _) -> remove(id, done);
      case Registration.ChangeName(FunctionName name, NameChange change) ->
          versions.ask(name, change, done);
      case Registration.RemoveName(FunctionName name, String _) -> versions.remove(name, done);
    }
  }

  private void register(FunctionSpec spec, Code code, String by, Runnable done) {
    if (wanted.get(spec.id()).isPresent() && codes.has(spec.id())) {
      // The record was delivered again after a restart, and resume() has taken the function over.
      done.run();
      return;
    }
    FunctionState state = versions.numbered(new FunctionState(spec, new Deploying("starting")), by);
    wanted.register(state, code, done);
    versions.added(state);
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
    if (wanted.get(spec.id()).isEmpty()) {
      wanted.set(new FunctionState(spec, new Failed(FailureReason.of(why))), done);
    } else {
      done.run();
    }
  }

  private void remove(FunctionId id, Runnable done) {
    wanted.remove(id).ifPresent(removed -> versions.changed(removed.spec()));
    writer.forget(id, done);
    idle.remove(id);
    prepared.remove(id);
    deployments.remove(id);
    LOGGER.atInfo().addKeyValue("function", id).log("removed");
  }

  /** The platform tells another status of a function. */
  void observed(FunctionId id, FunctionStatus status) {
    wanted
        .get(id)
        .ifPresent(known -> {
          FunctionStatus now = idle.observed(known, Division.of(known, status));
          if (!known.status().equals(now)) {
            metrics.observed(known.status(), now);
            wanted.set(known.with(now));
            versions.changed(known.spec());
          }
          schemas.observed(known, now);
        });
  }

  /** An invoker tells that a function has calls. */
  void used(FunctionId id) {
    idle.used(id);
  }

  /** The platform tells that an instance has ended. */
  void ended(FunctionId id, String reason, Instant at) {
    wanted.get(id).ifPresent(known -> wanted.set(known.ended(reason, at)));
  }

  /** A secret was written or deleted. */
  void secretChanged(String name) {
    deployments.secretChanged(name, wanted.all());
  }

  /** The dependencies of a function are there, or it has none. */
  void prepared(FunctionSpec spec, CodeSource code) {
    FunctionLayer layer = code.layer();
    if (layer != null) {
      wanted.get(spec.id()).ifPresent(known -> wanted.set(known.with(layer.layer())));
    }
    deployments.deploy(spec, code, List.of());
  }
}
