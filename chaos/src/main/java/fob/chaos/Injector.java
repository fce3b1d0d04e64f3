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
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Does the damage and mends it: one fault at a time, each over before the next. One thread. */
final class Injector {

  private final Fleet fleet;
  private final Plan plan;
  private final Random random;
  private final Consumer<Event> history;

  Injector(Fleet fleet, Plan plan, Consumer<Event> history) {
    this.fleet = fleet;
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.history = history;
  }

  /**
   * Returns when there is no time for another fault.
   *
   * @throws IOException if something does not come back
   */
  void run(Instant end) throws IOException, InterruptedException {
    for (int turn = 0; ; turn++) {
      Threads.pause(between(plan.calm(), plan.calm().multipliedBy(2)));
      if (Instant.now().plus(plan.calm()).isAfter(end)) {
        return;
      }
      inject(plan.faults().get(turn % plan.faults().size()));
    }
  }

  private void inject(Fault fault) throws IOException, InterruptedException {
    switch (fault) {
      case KILL_BROKER -> kill(fault, fleet.broker());
      case RESTART_BROKER -> stop(fault, fleet.broker());
      case KILL_GATEWAY -> kill(fault, any(fleet.gateways()));
      case FREEZE_GATEWAY -> freeze(fault, any(fleet.gateways()));
      case KILL_INVOKER -> kill(fault, any(fleet.invokers()));
      case FREEZE_INVOKER -> freeze(fault, any(fleet.invokers()));
      case STOP_INVOKER -> stop(fault, any(fleet.invokers()));
      case KILL_DEPLOYER -> kill(fault, fleet.deployer());
      case KILL_FUNCTION -> killFunction(fault);
      case STALL -> throw new IllegalArgumentException("a stall cannot be made");
    }
  }

  private void kill(Fault fault, Part part) throws IOException, InterruptedException {
    Instant at = Instant.now();
    part.kill();
    restart(fault, part, at);
  }

  private void stop(Fault fault, Part part) throws IOException, InterruptedException {
    Instant at = Instant.now();
    part.stop();
    restart(fault, part, at);
  }

  private void restart(Fault fault, Part part, Instant at)
      throws IOException, InterruptedException {
    Threads.pause(between(Duration.ofSeconds(1), Duration.ofSeconds(6)));
    part.start();
    fleet.awaitReady(part);
    struck(fault, part, at);
  }

  private void freeze(Fault fault, Part part) throws IOException, InterruptedException {
    Instant at = Instant.now();
    part.freeze();
    Threads.pause(between(Duration.ofSeconds(3), Duration.ofSeconds(12)));
    part.thaw();
    fleet.awaitReady(part);
    struck(fault, part, at);
  }

  private void struck(Fault fault, Part part, Instant at) {
    history.accept(new Event.Struck(at, Instant.now(), fault, part.name()));
  }

  private void killFunction(Fault fault) {
    List<ProcessHandle> drivers = fleet.deployer().descendants().filter(this::isDriver).toList();
    Optional<ProcessHandle> victim =
        drivers.isEmpty() ? Optional.empty() : Optional.of(any(drivers));
    victim.ifPresent(process -> {
      Instant at = Instant.now();
      process.destroyForcibly();
      history.accept(new Event.Struck(at, Instant.now(), fault, "process " + process.pid()));
    });
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
