package fob.gateway;

import fob.bus.Bus;
import fob.bus.BusHealth;
import fob.bus.Group;
import fob.bus.GroupWatch;
import fob.function.PlatformInfo;
import fob.gateway.function.Functions;
import fob.gateway.http.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Whether this gateway can serve: Kafka works, calls reach an invoker, and registrations reach a
 * deployer. Thread-safe.
 */
final class Readiness implements AutoCloseable {

  private final Bus bus;
  private final BusHealth health;
  private final Functions functions;
  private final GroupWatch invokers;
  private final WarmUpCalls warmUp;

  Readiness(Bus bus, BusHealth health, Functions functions, WarmUpCalls warmUp) {
    this.bus = bus;
    this.health = health;
    this.functions = functions;
    this.warmUp = warmUp;
    this.invokers = new GroupWatch(bus, List.of(Group.SHARDS));
  }

  /** Why the gateway cannot serve; empty if it can. */
  Optional<Problem> problem() {
    return health
        .problem()
        .map(Problem::busUnavailable)
        .or(() -> bus.loops().problem().map(why -> unready("gateway", why)))
        .or(() -> warmUp.unready().map(why -> unready("gateway", why)))
        .or(() -> deployer().map(why -> unready("platform", why)))
        .or(() -> invokers.problem().map(why -> unready("invoker", why)));
  }

  /** What an operator should change although the gateway serves; empty if nothing. */
  Optional<String> warning() {
    return health.warning();
  }

  /** If instances outlive their deployer, calls need no deployer. */
  private Optional<String> deployer() {
    Optional<PlatformInfo> platform = functions.platform();
    if (platform.isEmpty()) {
      return Optional.of("no deployer has run on this bus yet: start one");
    }
    return platform.get().outlivesDeployer() ? Optional.empty() : functions.unvouched();
  }

  private static Problem unready(String component, String why) {
    return new Problem(503, component, "unready", why).header("Retry-After", "2");
  }

  @Override
  public void close() {
    invokers.close();
  }
}
