package fob.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.chaos.check.Event;
import fob.chaos.check.Fault;
import fob.service.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Injects faults, one at a time. Each fault is repaired before the next one begins. Used by one
 * thread.
 */
final class Injector {

  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration MIDDLE = Duration.ofSeconds(12);

  /** Longer than the session of a consumer group, so that another process takes over. */
  private static final Duration LONG = Duration.ofSeconds(8);

  private final Cluster cluster;
  private final Plan plan;
  private final Random random;
  private final Consumer<Event> history;

  Injector(Cluster cluster, Plan plan, Consumer<Event> history) {
    this.cluster = cluster;
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.history = history;
  }

  /**
   * Injects faults until the time left is too short for another one.
   *
   * @throws IOException if a process does not get ready again
   */
  void run(Instant end) throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      Threads.pause(between(plan.pause(), plan.pause().multipliedBy(2)));
      if (Instant.now().plus(plan.pause()).isAfter(end)) {
        return;
      }
      inject(plan.faults().get(i % plan.faults().size()));
    }
  }

  private void inject(Fault fault) throws IOException, InterruptedException {
    switch (fault) {
      case KILL_BROKER -> kill(fault, cluster.broker());
      case RESTART_BROKER -> stop(fault, cluster.broker());
      case KILL_GATEWAY -> kill(fault, any(cluster.gateways()));
      case FREEZE_GATEWAY -> freeze(fault, any(cluster.gateways()), SHORT, MIDDLE);
      case KILL_INVOKER -> kill(fault, any(cluster.invokers()));
      case FREEZE_INVOKER -> freeze(fault, any(cluster.invokers()), SHORT, MIDDLE);
      case STOP_INVOKER -> stop(fault, any(cluster.invokers()));
      case KILL_DEPLOYER -> kill(fault, activeDeployer());
      case FREEZE_DEPLOYER -> freeze(fault, activeDeployer(), LONG, LONG.multipliedBy(2));
      case KILL_FUNCTION -> killFunction(fault);
      case STALL -> throw new IllegalArgumentException("a stall cannot be made");
    }
  }

  private void kill(Fault fault, FobProcess process) throws IOException, InterruptedException {
    Instant at = Instant.now();
    process.kill();
    restart(fault, process, at);
  }

  private void stop(Fault fault, FobProcess process) throws IOException, InterruptedException {
    Instant at = Instant.now();
    process.stop();
    restart(fault, process, at);
  }

  private void restart(Fault fault, FobProcess process, Instant at)
      throws IOException, InterruptedException {
    Threads.pause(between(Duration.ofSeconds(1), Duration.ofSeconds(6)));
    process.start();
    cluster.awaitReady(process);
    record(fault, process, at);
  }

  private void freeze(Fault fault, FobProcess process, Duration least, Duration most)
      throws IOException, InterruptedException {
    Instant at = Instant.now();
    process.freeze();
    Threads.pause(between(least, most));
    process.thaw();
    cluster.awaitReady(process);
    record(fault, process, at);
  }

  private void record(Fault fault, FobProcess process, Instant at) {
    history.accept(new Event.FaultInjected(at, Instant.now(), fault, process.name()));
  }

  private void killFunction(Fault fault) {
    List<ProcessHandle> drivers = drivers(activeDeployer());
    Optional<ProcessHandle> victim =
        drivers.isEmpty() ? Optional.empty() : Optional.of(any(drivers));
    victim.ifPresent(process -> {
      Instant at = Instant.now();
      process.destroyForcibly();
      history.accept(new Event.FaultInjected(at, Instant.now(), fault, "process " + process.pid()));
    });
  }

  /** The deployer that has the functions. */
  private FobProcess activeDeployer() {
    return cluster.deployers().stream()
        .max(Comparator.comparingInt(deployer -> drivers(deployer).size()))
        .orElseThrow();
  }

  private List<ProcessHandle> drivers(FobProcess deployer) {
    return deployer.descendants().filter(this::isDriver).toList();
  }

  private boolean isDriver(ProcessHandle process) {
    return read(process, "cmdline").contains("/fob/driver/driver.py")
        && !read(process, "comm").startsWith("bwrap");
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return new String(Files.readAllBytes(Path.of("/proc/" + process.pid(), file)), UTF_8);
    } catch (IOException gone) {
      return "";
    }
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Duration between(Duration least, Duration most) {
    return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
  }
}
