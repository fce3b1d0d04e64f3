package fob.deployer;

import fob.bus.table.Codes;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives functions to the platform: new ones at once, and those of an earlier deployer one at a
 * time. Used by one thread at a time.
 */
final class Deployments {

  private static final Logger LOGGER = LoggerFactory.getLogger(Deployments.class);
  private static final Duration BEFORE_READING_AGAIN = Duration.ofSeconds(1);
  private static final String LOST = "its code is not on the bus any more; register it again";

  /** Functions that served before come first, those that failed last. */
  private static final Comparator<FunctionState> IN_ORDER_OF_STARTS =
      Comparator.comparing(FunctionState::served)
          .reversed()
          .thenComparing(state -> state.status() instanceof Failed)
          .thenComparing(state -> state.spec().registered());

  /** Prepares functions that may have dependencies. */
  @FunctionalInterface
  interface Preparation {
    /**
     * Takes a function over if it may have dependencies.
     *
     * @return whether it did; it deploys the function later then
     * @throws IOException if there is no code any more; the message is for the user
     */
    boolean takes(FunctionState state, CodeSource code, Driver driver) throws IOException;
  }

  private final Codes codes;
  private final Platform platform;
  private final Drivers drivers;
  private final Secrets secrets;
  private final Preparation preparation;
  private final BiConsumer<FunctionId, String> failed;

  /** Functions of an earlier deployer that the platform does not have yet. */
  private final Queue<FunctionId> waiting = new ArrayDeque<>();

  /**
   * @param preparation gets the functions that have, or may have, dependencies
   * @param failed gets each function that cannot run, with the reason for the user
   */
  Deployments(
      Codes codes,
      Platform platform,
      Drivers drivers,
      Secrets secrets,
      Preparation preparation,
      BiConsumer<FunctionId, String> failed) {
    this.codes = codes;
    this.platform = platform;
    this.drivers = drivers;
    this.secrets = secrets;
    this.preparation = preparation;
    this.failed = failed;
  }

  /**
   * Adds the functions of an earlier deployer, which {@link #deployNext} deploys; not idle ones.
   */
  void addAll(Collection<FunctionState> states) {
    states.stream().sorted(IN_ORDER_OF_STARTS).forEach(state -> waiting.add(state.spec().id()));
  }

  void clear() {
    waiting.clear();
  }

  /**
   * Deploys the next function that waits. If the platform needs its code and the bus does not give
   * it now, the others come first.
   *
   * @param wanted the state of a function; empty if it was removed meanwhile
   * @return how long to wait before the next one; empty: none is left
   */
  Optional<Duration> deployNext(Function<FunctionId, Optional<FunctionState>> wanted) {
    FunctionId id = waiting.poll();
    if (id == null) {
      return Optional.empty();
    }
    try {
      wanted.apply(id).ifPresent(this::deployAgain);
    } catch (KafkaException e) {
      LOGGER
          .atWarn()
          .addKeyValue("function", id)
          .log("the function's code cannot be read now, will try again: {}", e.toString());
      waiting.add(id);
      return Optional.of(BEFORE_READING_AGAIN);
    }
    return waiting.isEmpty() ? Optional.empty() : Optional.of(Duration.ZERO);
  }

  /** As {@link #deploy(FunctionState, CodeSource)}, with the code that is on the bus. */
  void deployAgain(FunctionState state) {
    FunctionSpec spec = state.spec();
    if (codes.has(spec.id())) {
      deploy(state, () -> read(spec.id()));
    } else if (!(state.status() instanceof Failed)) {
      // A function that has failed already keeps its first reason.
      failed.accept(spec.id(), LOST);
    }
  }

  private Code read(FunctionId id) throws IOException {
    return codes.get(id).orElseThrow(() -> new IOException(LOST));
  }

  /**
   * Deploys a function, or tells why it cannot run. A function that may have dependencies is
   * prepared first.
   *
   * @throws KafkaException if the code is needed and the bus cannot be read now
   */
  void deploy(FunctionState state, CodeSource code) {
    FunctionSpec spec = state.spec();
    Optional<Driver> driver = drivers.of(spec);
    Optional<String> refusal =
        driver.isEmpty()
            ? Optional.of(noDriver(spec.language()))
            : platform.info(drivers.descriptions()).refusal(spec);
    if (refusal.isPresent()) {
      failed.accept(spec.id(), refusal.get());
      return;
    }
    try {
      if (!preparation.takes(state, code, driver.orElseThrow())) {
        deploy(spec, code, state.status() instanceof Ready(var instances) ? instances : List.of());
      }
    } catch (IOException e) {
      failed.accept(spec.id(), String.valueOf(e.getMessage()));
    }
  }

  /** Deploys a function whose dependencies are there, or tells why it cannot run. */
  void deploy(FunctionSpec spec, CodeSource code, List<Instance> ready) {
    try {
      platform.deployAgain(spec, code.with(secrets.of(spec)), ready);
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("function", spec.id()).setCause(e).log("cannot be deployed");
      failed.accept(
          spec.id(), "the platform did not take the function; the deployer's log says why: " + e);
    }
  }

  /** A secret was written or deleted. */
  void secretChanged(String name, Collection<FunctionState> states) {
    for (FunctionState state : states) {
      if (state.spec().environment().secrets().stream()
          .anyMatch(secret -> secret.name().equals(name))) {
        platform.secretsChanged(state.spec().id());
      }
    }
  }

  /** Stops a function. */
  void remove(FunctionId id) {
    try {
      platform.remove(id);
    } catch (RuntimeException e) {
      LOGGER
          .atError()
          .addKeyValue("function", id)
          .setCause(e)
          .log("a function could not be stopped");
    }
  }

  private String noDriver(String language) {
    return "there is no driver for '%s'; there are drivers for %s"
        .formatted(language, String.join(", ", drivers.languages()));
  }
}
