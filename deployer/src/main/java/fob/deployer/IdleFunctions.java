package fob.deployer;

import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Idle;
import fob.function.FunctionStatus.Ready;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops functions that no call came to for as long as {@link FunctionState#idleAfter} says, and
 * starts them again when invokers report a call. An idle function is first written to the bus, so
 * that no invoker sends it calls any more, and its instances are stopped a little later. A call
 * that comes in between makes it ready again. Used on {@link Decisions} alone.
 */
final class IdleFunctions {

  /** Until then, invokers have heard that the function is idle, or have reported a call of it. */
  static final Duration BEFORE_STOPPING = Duration.ofSeconds(3);

  private static final Logger LOGGER = LoggerFactory.getLogger(IdleFunctions.class);
  private static final String STARTING = "starting again after it was idle";

  /** The status of an idle function whose instances have not been stopped yet. */
  private static final class Running {
    private FunctionStatus status;

    private Running(FunctionStatus status) {
      this.status = status;
    }
  }

  private final States states;
  private final Platform platform;
  private final Consumer<FunctionState> start;
  private final Later later;

  /** The last use of each function that is ready and may become idle; equal only to itself. */
  private final Map<FunctionId, Object> uses = new HashMap<>();

  private final Map<FunctionId, Running> running = new HashMap<>();

  /**
   * @param start deploys a function again, or tells why it cannot run; throws a KafkaException if
   *     its code cannot be read now
   */
  IdleFunctions(States states, Platform platform, Consumer<FunctionState> start, Later later) {
    this.states = states;
    this.platform = platform;
    this.start = start;
    this.later = later;
  }

  /**
   * Takes over what the platform tells of a function.
   *
   * @return the status that the function has now
   */
  FunctionStatus observed(FunctionState known, FunctionStatus status) {
    FunctionId id = known.spec().id();
    if (known.status() instanceof Idle) {
      Running still = running.get(id);
      if (still != null) {
        still.status = status;
      }
      return known.status();
    }
    if (status instanceof Ready && !uses.containsKey(id)) {
      watch(known);
    }
    return status;
  }

  /** Takes over that an invoker has calls of a function. */
  void used(FunctionId id) {
    states
        .get(id)
        .filter(known -> known.idleAfter() != null)
        .ifPresent(known -> {
          if (known.status() instanceof Idle) {
            wake(known);
          } else if (uses.containsKey(id)) {
            watch(known);
          }
        });
  }

  /** It has changed after how long without a call the function is stopped. */
  void limitsChanged(FunctionState known) {
    uses.remove(known.spec().id());
    if (known.status() instanceof Ready) {
      watch(known);
    }
  }

  /** Starts an idle function although no call came. It stays idle if that is not possible now. */
  void start(FunctionId id) {
    states.get(id).filter(IdleFunctions::isIdle).ifPresent(this::wake);
  }

  boolean isIdle(FunctionId id) {
    return states.get(id).filter(IdleFunctions::isIdle).isPresent();
  }

  private static boolean isIdle(FunctionState known) {
    return known.status() instanceof Idle;
  }

  private void watch(FunctionState known) {
    Duration idle = known.idleAfter();
    if (idle != null) {
      FunctionId id = known.spec().id();
      Object use = new Object();
      uses.put(id, use);
      later.run(
          idle,
          () -> {
            if (uses.remove(id, use)) {
              states.get(id).ifPresent(this::makeIdle);
            }
          });
    }
  }

  /** A function that is not ready now is watched again once it is. */
  private void makeIdle(FunctionState known) {
    if (known.status() instanceof Ready) {
      FunctionId id = known.spec().id();
      Running still = new Running(known.status());
      running.put(id, still);
      states.set(known.with(new Idle()), () -> later.run(BEFORE_STOPPING, () -> stop(id, still)));
    }
  }

  private void stop(FunctionId id, Running still) {
    if (running.remove(id, still)) {
      platform.stop(id);
      LOGGER.atInfo().addKeyValue("function", id).log("idle: its instances are stopped");
    }
  }

  private void wake(FunctionState known) {
    FunctionId id = known.spec().id();
    Running still = running.remove(id);
    if (still != null) {
      states.set(known.with(still.status));
      watch(known);
      return;
    }
    FunctionState starting = known.with(new Deploying(STARTING));
    states.set(starting);
    try {
      start.accept(starting);
    } catch (KafkaException e) {
      states.set(known);
      LOGGER
          .atWarn()
          .addKeyValue("function", id)
          .log(
              "the code of an idle function cannot be read now; its callers ask again: {}",
              e.toString());
    }
  }

  void remove(FunctionId id) {
    uses.remove(id);
    running.remove(id);
  }

  void clear() {
    uses.clear();
    running.clear();
  }
}
