package fob.deployer;

import fob.bus.loop.Delivery;
import fob.bus.wire.RegistrationWire;
import fob.function.FunctionSpec;
import fob.function.Registration;
import fob.service.Backoff;
import fob.service.Text;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts while this deployer owns the partition of {@code fob.gen}: takes over the functions, which
 * it tries until it succeeds, and then applies registrations in their order. Every method but
 * {@link #problem} and {@link #isActive} is used on {@link Decisions} alone.
 */
final class Leadership {

  /** Takes over all functions and names that the deployer before this one wrote. */
  @FunctionalInterface
  interface TakeOver {
    /**
     * @throws RuntimeException if the bus cannot be read now
     */
    void run() throws InterruptedException;
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(Leadership.class);
  private static final Backoff BACKOFF =
      Backoff.doubling(Duration.ofMillis(500), Duration.ofSeconds(10));
  private static final int MOST_SHOWN = 500;

  private final Decisions decisions;
  private final Reconciler reconciler;
  private final TakeOver takeOver;
  private final Runnable heartbeat;
  private final DeployerMetrics metrics;

  /** Counts how often this deployer got or lost the partition. */
  private int term;

  private boolean owner;
  private volatile boolean active;

  /** Registrations that wait until this deployer is active. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  private volatile Optional<String> problem = Optional.empty();

  /**
   * Creates a deployer that is not active.
   *
   * @param heartbeat writes that this deployer is active
   */
  Leadership(
      Decisions decisions,
      Reconciler reconciler,
      TakeOver takeOver,
      Runnable heartbeat,
      DeployerMetrics metrics) {
    this.metrics = metrics;
    this.decisions = decisions;
    this.reconciler = reconciler;
    this.takeOver = takeOver;
    this.heartbeat = heartbeat;
  }

  /** Returns why this deployer cannot work now, in one sentence; empty also if it stands by. */
  Optional<String> problem() {
    return problem;
  }

  /** Returns whether this deployer is the one that acts. May be called by any thread. */
  boolean isActive() {
    return active;
  }

  /** This deployer owns the partition from now on. */
  void gained() {
    term++;
    owner = true;
    problem = Optional.of("taking over the functions");
    activate(term, 0);
  }

  private void activate(int during, int failures) {
    if (!owner || during != term) {
      return;
    }
    try {
      takeOver.run();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      problem = Optional.of("cannot take over the functions yet: " + e.getMessage());
      LOGGER.atWarn().setCause(e).log("cannot take over the functions yet, will try again");
      decisions.later(BACKOFF.delay(failures + 1), () -> activate(during, failures + 1));
      return;
    }
    active = true;
    problem = Optional.empty();
    beat();
    deployNext(during);
    for (Runnable one = waiting.poll(); one != null; one = waiting.poll()) {
      one.run();
    }
  }

  /** Deploys one function at a time, so that other decisions can run in between. */
  private void deployNext(int during) {
    if (active && during == term) {
      reconciler.deployNext().ifPresent(wait -> decisions.later(wait, () -> deployNext(during)));
    }
  }

  /** Another deployer owns the partition from now on. */
  void lost() {
    term++;
    owner = false;
    active = false;
    problem = Optional.empty();
    waiting.clear();
    reconciler.stop();
  }

  /** Writes the heartbeat, if this deployer is active. */
  void beat() {
    ifActive(heartbeat);
  }

  /** Runs an action if this deployer is active. */
  void ifActive(Runnable action) {
    if (active) {
      action.run();
    }
  }

  /** Applies a registration, unless another deployer owns the partition now. */
  void handle(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    if (active) {
      apply(record, delivery);
    } else if (owner) {
      waiting.add(() -> apply(record, delivery));
    }
  }

  private void apply(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    Registration registration;
    try {
      registration = RegistrationWire.decode(record);
    } catch (IllegalArgumentException e) {
      refuse(record, Text.printable(String.valueOf(e.getMessage()), MOST_SHOWN), delivery);
      return;
    }
    metrics.read(registration);
    try {
      reconciler.apply(registration, delivery::done);
    } catch (RuntimeException bug) {
      LOGGER
          .atError()
          .addKeyValue("function", registration.key())
          .setCause(bug)
          .log("a registration could not be applied");
      refuse(record, "fob failed to take it up; the deployer's log says why", delivery);
    }
  }

  private void refuse(ConsumerRecord<String, byte[]> record, String why, Delivery delivery) {
    Optional<FunctionSpec> readable = RegistrationWire.specOfRefused(record);
    metrics.refused();
    LOGGER
        .atWarn()
        .addKeyValue("key", Text.printable(String.valueOf(record.key()), MOST_SHOWN))
        .addKeyValue("offset", record.offset())
        .log("not a registration: {}", why);
    readable.ifPresentOrElse(
        spec -> reconciler.refuse(spec, "its registration is wrong: " + why, delivery::done),
        delivery::done);
  }
}
