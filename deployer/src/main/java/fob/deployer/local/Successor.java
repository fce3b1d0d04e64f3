package fob.deployer.local;

import fob.deployer.Ending;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The instance that takes the place of a slot's instance as soon as it is ready. Used on the
 * function's event queue alone.
 */
final class Successor {

  /** Until then, callers have heard of the new instance, and send the old one no more calls. */
  private static final Duration BEFORE_RETIRING = Duration.ofSeconds(1);

  private static final Ending REASON = Ending.other("it was replaced: a secret has changed");

  private final Instances instances;
  private final EventQueue events;
  private RestartDelays delays = new RestartDelays();
  private @Nullable LocalInstance instance;
  private boolean underWay;

  Successor(Instances instances, EventQueue events) {
    this.instances = instances;
    this.events = events;
  }

  /** Whether there is a successor, or there will be one after a delay. */
  boolean isUnderWay() {
    return underWay;
  }

  boolean is(LocalInstance other) {
    return instance == other;
  }

  void start() {
    underWay = true;
    if (instance == null) {
      instance = instances.start(Starts.Urgency.SERVED_BEFORE);
    }
  }

  /** Makes the successor an instance like any other; empty if there is none. */
  Optional<LocalInstance> take() {
    Optional<LocalInstance> taken = Optional.ofNullable(instance);
    instance = null;
    underWay = false;
    return taken;
  }

  /** Does the same if this instance is the successor, and returns whether it is. */
  boolean take(LocalInstance ready) {
    boolean mine = is(ready);
    if (mine) {
      var _ = take();
      delays = new RestartDelays();
    }
    return mine;
  }

  /** Lets the instance that served before finish its calls and end. */
  void follow(LocalInstance before) {
    events.addLater(() -> before.retire(REASON), BEFORE_RETIRING);
    events.addLater(
        () -> before.kill(Ending.other("it did not end after it had drained")),
        BEFORE_RETIRING.plus(instances.longestDrain()));
  }

  /**
   * The successor has ended before it was ready; the instance that serves stays meanwhile.
   *
   * @param again starts another one, if it is still needed
   */
  void ended(InstanceEnd end, Runnable again) {
    instance = null;
    events.addLater(
        () -> {
          if (underWay && instance == null) {
            underWay = false;
            again.run();
          }
        },
        end.refused().isPresent() ? delays.afterRefusal() : delays.afterFailedStart());
  }
}
