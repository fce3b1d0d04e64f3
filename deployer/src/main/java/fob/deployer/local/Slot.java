package fob.deployer.local;

import fob.deployer.EndReason;
import fob.deployer.Ending;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import fob.service.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

  private final Instances instances;
  private final EventQueue events;
  private final Status status;
  private final FunctionLog log;
  private final RestartDelays delays = new RestartDelays();
  private final LastStart lastStart = new LastStart();
  private final Successor successor;

  /** Instances that were replaced and have not ended. */
  private final List<LocalInstance> retiring = new ArrayList<>();

  private @Nullable LocalInstance current;
  private long readySince; // nanoTime, while ready
  private boolean ready;
  private boolean served;
  private boolean waitsForRetiring;
  private boolean stopped;

  Slot(Instances instances, EventQueue events, Status status, FunctionLog log) {
    this.instances = instances;
    this.events = events;
    this.status = status;
    this.log = log;
    this.successor = new Successor(instances, events);
  }

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

  void stop() {
    stopped = true;
    ready = false;
  }

  /** Starts again after {@link #stop}. */
  void resume() {
    stopped = false;
    current = null;
    lastStart.ended(null);
    start();
  }

  boolean isStopped() {
    return stopped;
  }

  /** Whether the instance belongs to this slot, also while it retires. */
  boolean holds(LocalInstance instance) {
    return instance == current || successor.is(instance) || retiring.contains(instance);
  }

  /** Whether the instance is the slot's and was not ready yet. */
  boolean isStarting(LocalInstance instance) {
    return !stopped && ((instance == current && !ready) || successor.is(instance));
  }

  Optional<Instance> readyInstance() {
    return ready && current != null ? Optional.of(current.instance()) : Optional.empty();
  }

  Optional<FailureReason> failure() {
    return lastStart.failure(delays.failedStarts());
  }

  void ready(LocalInstance instance) {
    if (!isStarting(instance)) {
      return;
    }
    log.say(instance.name() + " is ready");
    LocalInstance before = current;
    if (successor.take(instance) && before != null) {
      current = instance;
      retiring.add(before);
      successor.follow(before);
    }
    ready = true;
    served = true;
    readySince = System.nanoTime();
    delays.ready();
  }

  /** Whether the instance serves with secrets that have changed since. */
  boolean isOutdated() {
    return readyInstance().isPresent() && instances.isOutdated(Objects.requireNonNull(current));
  }

  /** Whether another instance is about to take the place of the one that serves. */
  boolean isRenewing() {
    return !stopped && successor.isUnderWay();
  }

  /** Replaces the instance by one that is ready first, unless too many are retiring. */
  void renew() {
    if (isOutdated() && retiring.size() <= MOST_RETIRING) {
      successor.start();
    }
  }

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
      instance.retire(new Ending(EndReason.UNHEALTHY, "it was replaced: " + reason));
    }
  }

  private void retire(LocalInstance instance, String reason) {
    log.say(instance.name() + " finishes its calls and is replaced: " + reason);
    retiring.add(instance);
    events.addLater(
        () -> instance.kill(Ending.other("it did not end after it had drained")),
        instances.longestDrain());
    restart(delays.afterServing(servedFor()), "replacing an instance: " + reason);
  }

  void ended(LocalInstance instance, InstanceEnd end) {
    if (retiring.remove(instance)) {
      if (waitsForRetiring) {
        waitsForRetiring = false;
        start();
      }
    } else if (successor.is(instance)) {
      successor.ended(end, this::renew);
    } else if (instance == current && !stopped) {
      lastStart.ended(ready ? null : end);
      restart(
          delays.after(end, ready ? Optional.of(servedFor()) : Optional.empty()),
          end.refused().isPresent() ? end.why().text() : "restarting: " + end.why().text());
    }
  }

  private Duration servedFor() {
    return Duration.ofNanos(System.nanoTime() - readySince);
  }

  private void restart(Duration delay, String why) {
    current = successor.take().orElse(null);
    ready = false;
    status.note(why);
    if (current != null) {
      return;
    }
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
