package fob.deployer.local;

import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import fob.service.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one instance of a function running: an instance that ends or has to go is replaced. Used on
 * the function's event queue alone. A hostile function may say anything of its instance, so an
 * event is believed only where it makes sense.
 */
final class Slot {

  /** Without this bound, a function that drains again and again fills the machine. */
  private static final int MOST_RETIRING = 2;

  /** A function whose instances end so often before they are ready has failed. */
  private static final int FAILED_STARTS = 3;

  private final Instances instances;
  private final EventQueue events;
  private final Status status;
  private final FunctionLog log;
  private final RestartDelays delays = new RestartDelays();

  /** Instances that were replaced and have not ended. */
  private final List<LocalInstance> retiring = new ArrayList<>();

  private @Nullable LocalInstance current;
  private long readySince; // nanoTime, while ready
  private boolean ready;
  private boolean served;
  private boolean waitsForRetiring;
  private boolean stopped;
  private @Nullable InstanceEnd lastFailedStart;

  Slot(Instances instances, EventQueue events, Status status, FunctionLog log) {
    this.instances = instances;
    this.events = events;
    this.status = status;
    this.log = log;
  }

  /** Starts an instance, if there is none. */
  void start() {
    if (!stopped && current == null) {
      current = instances.start(urgency());
    }
  }

  private Starts.Urgency urgency() {
    if (delays.isTroubled()) {
      return Starts.Urgency.FAILED_BEFORE;
    }
    return served ? Starts.Urgency.SERVED_BEFORE : Starts.Urgency.NEW;
  }

  /** Takes over an instance that an earlier deployer started. */
  void adopt(InstanceLocation location) {
    if (!stopped && current == null) {
      current = instances.adopt(location);
    }
  }

  /** Starts nothing any more. */
  void stop() {
    stopped = true;
    ready = false;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Whether the instance belongs to this slot, also while it retires. */
  boolean holds(LocalInstance instance) {
    return instance == current || retiring.contains(instance);
  }

  /** Whether the instance is the slot's and was not ready yet. */
  boolean isStarting(LocalInstance instance) {
    return !stopped && instance == current && !ready;
  }

  Optional<Instance> readyInstance() {
    return ready && current != null ? Optional.of(current.instance()) : Optional.empty();
  }

  /** Returns why no instance of this slot will be ready for a while, if that is so. */
  Optional<FailureReason> failure() {
    InstanceEnd last = lastFailedStart;
    if (last == null) {
      return Optional.empty();
    }
    if (last.refused().isPresent()) {
      return last.refused()
          .filter(StartRefused::needsOperator)
          .map(refused -> FailureReason.of(refused.reason()));
    }
    return delays.failedStarts() < FAILED_STARTS
        ? Optional.empty()
        : Optional.of(
            FailureReason.of(
                "its process ends before it is ready, again and again; the last time: "
                    + last.inFull()));
  }

  /** The instance's driver has loaded the function. */
  void ready(LocalInstance instance) {
    if (isStarting(instance)) {
      ready = true;
      served = true;
      readySince = System.nanoTime();
      delays.ready();
      log.say(instance.name() + " is ready");
    }
  }

  /** The instance takes no more calls. */
  void draining(LocalInstance instance, String reason) {
    if (!stopped && instance == current && ready) {
      retire(instance, reason);
    }
  }

  /** Replaces the instance with this id, if it is the slot's and ready. */
  void replace(String instanceId, String reason) {
    LocalInstance instance = current;
    if (ready && instance != null && instance.instance().id().equals(instanceId)) {
      retire(instance, reason);
      instance.retire("it was replaced: " + reason);
    }
  }

  private void retire(LocalInstance instance, String reason) {
    log.say(instance.name() + " finishes its calls and is replaced: " + reason);
    retiring.add(instance);
    events.addLater(
        () -> instance.kill("it did not end after it had drained"), instances.longestDrain());
    restart(delays.afterServing(servedFor()), "replacing an instance: " + reason);
  }

  /** Nothing of the instance is left. */
  void ended(LocalInstance instance, InstanceEnd end) {
    if (retiring.remove(instance)) {
      if (waitsForRetiring) {
        waitsForRetiring = false;
        start();
      }
    } else if (instance == current && !stopped) {
      lastFailedStart = ready ? null : end;
      if (end.refused().isPresent()) {
        restart(delays.afterRefusal(), end.reason());
      } else {
        Duration delay = ready ? delays.afterServing(servedFor()) : delays.afterFailedStart();
        restart(delay, "restarting: " + end.reason());
      }
    }
  }

  private Duration servedFor() {
    return Duration.ofNanos(System.nanoTime() - readySince);
  }

  private void restart(Duration delay, String why) {
    current = null;
    ready = false;
    status.note(why);
    if (retiring.size() > MOST_RETIRING) {
      waitsForRetiring = true;
    } else if (delay.isZero()) {
      start();
    } else {
      log.say("starting again in " + Durations.text(delay));
      events.addLater(this::start, delay);
    }
  }
}
