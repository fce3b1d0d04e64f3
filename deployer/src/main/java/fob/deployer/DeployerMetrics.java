package fob.deployer;

import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Idle;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Registration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Counts what the active deployer does. The gauges of a deployer that waits to take over are 0, so
 * that the sum over all deployers is right. Thread-safe.
 */
final class DeployerMetrics {

  private static final List<String> STATUSES = List.of("deploying", "ready", "idle", "failed");

  private final MeterRegistry registry;
  private final Counter starts;

  DeployerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.starts =
        Counter.builder("fob.instance.starts")
            .description("Instances that have become ready.")
            .register(registry);
    for (EndReason reason : EndReason.values()) {
      var _ = restarts(reason);
    }
    for (String change : List.of("register", "remove", "name", "refused")) {
      var _ = registrations(change);
    }
  }

  /**
   * Makes the gauges.
   *
   * @param functions returns the functions of this deployer, none if it is not active; called by
   *     several threads
   */
  void gauges(Supplier<Collection<FunctionState>> functions) {
    for (String status : STATUSES) {
      gauge(
          "fob.functions",
          "Functions, each version counted, by status.",
          status,
          functions,
          all -> all.filter(state -> label(state.status()).equals(status)).count());
    }
    gauge(
        "fob.instances",
        "Instances: those that are ready, and those that there should be.",
        "ready",
        functions,
        all -> all.mapToInt(state -> instances(state.status()).size()).sum());
    gauge(
        "fob.instances",
        "Instances: those that are ready, and those that there should be.",
        "wanted",
        functions,
        all -> all.mapToInt(DeployerMetrics::wanted).sum());
  }

  private void gauge(
      String name,
      String about,
      String status,
      Supplier<Collection<FunctionState>> functions,
      ToDoubleFunction<Stream<FunctionState>> value) {
    Gauge.builder(name, functions, of -> value.applyAsDouble(of.get().stream()))
        .description(about)
        .tag("status", status)
        .strongReference(true)
        .register(registry);
  }

  private static String label(FunctionStatus status) {
    return switch (status) {
      case Deploying _ -> "deploying";
      case Ready _ -> "ready";
      case Idle _ -> "idle";
      case Failed _ -> "failed";
    };
  }

  private static List<Instance> instances(FunctionStatus status) {
    return status instanceof Ready(List<Instance> ready) ? ready : List.of();
  }

  private static int wanted(FunctionState state) {
    return switch (state.status()) {
      case Deploying _, Ready _ -> state.spec().limits().instances();
      case Idle _, Failed _ -> 0;
    };
  }

  /** A function has another status. */
  void observed(FunctionStatus before, FunctionStatus now) {
    Set<String> known = new HashSet<>();
    instances(before).forEach(instance -> known.add(instance.id()));
    long started =
        instances(now).stream().filter(instance -> !known.contains(instance.id())).count();
    starts.increment((double) started);
  }

  /** A wanted instance has ended, and another one is started in its place. */
  void ended(EndReason reason) {
    restarts(reason).increment();
  }

  private Counter restarts(EndReason reason) {
    return Counter.builder("fob.instance.restarts")
        .description("Wanted instances that ended and are started again, by reason.")
        .tag("reason", reason.label())
        .register(registry);
  }

  /** A registration or another change was read. */
  void read(Registration registration) {
    registrations(
            switch (registration) {
              case Registration.Register _ -> "register";
              case Registration.Remove _ -> "remove";
              case Registration.ChangeName _, Registration.RemoveName _ -> "name";
            })
        .increment();
  }

  /** A record was read that is no registration. */
  void refused() {
    registrations("refused").increment();
  }

  private Counter registrations(String change) {
    return Counter.builder("fob.registrations")
        .description("Changes that gateways asked for: functions, removals, and names.")
        .tag("change", change)
        .register(registry);
  }
}
