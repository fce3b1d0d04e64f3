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
 * One of a function's places for an instance: what leaves it is replaced. Everything is guarded by
 * the supervisor, whose slots see one another. What an instance says is believed only where it
 * makes sense, as a hostile function may say anything.
 */
final class Slot implements LocalInstance.Events {

  /** Else a function that drains again and again could fill the machine with instances. */
  private static final int MOST_RETIRING = 2;

  /** A function whose process ends so often before it is ready cannot start. */
  private static final int FAILED_STARTS = 3;

  private final Supervisor function;
  private final RestartDelays delays = new RestartDelays();
  private final List<LocalInstance> retiring = new ArrayList<>();
  private @Nullable LocalInstance current;
  private long readySince; // nanoTime, while ready
  private boolean ready;
  private boolean served;
  private boolean waitsForRetiring;
  private boolean stopped;
  private @Nullable InstanceEnd lastFailedStart;

  Slot(Supervisor function) {
    this.function = function;
  }

  void start() {
    synchronized (function) {
      if (!stopped && current == null) {
        current = function.begin(this, urgency());
      }
    }
  }

  private Starts.Urgency urgency() {
    if (delays.isTroubled()) {
      return Starts.Urgency.FAILED_BEFORE;
    }
    return served ? Starts.Urgency.SERVED_BEFORE : Starts.Urgency.NEW;
  }

  /** One that an earlier deployer has started. */
  void adopt(InstanceLocation location) {
    synchronized (function) {
      if (!stopped && current == null) {
        current = function.adopt(this, location);
      }
    }
  }

  /** Nothing is started here any more. */
  void stop() {
    synchronized (function) {
      stopped = true;
      ready = false;
    }
  }

  Optional<Instance> readyInstance() {
    synchronized (function) {
      return ready && current != null ? Optional.of(current.instance()) : Optional.empty();
    }
  }

  /** Why nothing will run here for a while, if that is so. */
  Optional<FailureReason> failure() {
    synchronized (function) {
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
  }

  @Override
  public void ready(LocalInstance instance) {
    synchronized (function) {
      if (stopped || instance != current || ready) {
        return;
      }
      ready = true;
      served = true;
      readySince = System.nanoTime();
      delays.ready();
      function.log().say(instance.name() + " is ready");
      function.update();
    }
  }

  @Override
  public void loadFailed(LocalInstance instance, FailureReason failure) {
    synchronized (function) {
      if (!stopped && instance == current && !ready) {
        function.loadFailed(instance, failure);
      }
    }
  }

  @Override
  public void draining(LocalInstance instance, String reason) {
    synchronized (function) {
      if (stopped || instance != current || !ready) {
        return;
      }
      retire(instance, reason);
    }
  }

  /** Somebody has seen that the instance does not serve as it should. */
  void replace(String instanceId, String reason) {
    synchronized (function) {
      LocalInstance instance = current;
      if (ready && instance != null && instance.instance().id().equals(instanceId)) {
        retire(instance, reason);
        instance.retire("it was replaced: " + reason);
      }
    }
  }

  private void retire(LocalInstance instance, String reason) {
    function.log().say(instance.name() + " finishes its calls and is replaced: " + reason);
    retiring.add(instance);
    function.killLater(instance, function.longestDrain(), "it did not end after it had drained");
    replace(delays.afterServing(servedFor()), "replacing an instance: " + reason);
  }

  @Override
  public void ended(LocalInstance instance, InstanceEnd end) {
    synchronized (function) {
      function.log().say(instance.name() + " has ended: " + end.reason());
      if (!stopped && end.refused().isEmpty()) {
        function.tellEnd(end);
      }
      if (retiring.remove(instance)) {
        if (waitsForRetiring) {
          waitsForRetiring = false;
          start();
        }
      } else if (instance == current && !stopped) {
        lastFailedStart = ready ? null : end;
        if (end.refused().isPresent()) {
          replace(delays.afterRefusal(), end.reason());
        } else {
          Duration delay = ready ? delays.afterServing(servedFor()) : delays.afterFailedStart();
          replace(delay, "restarting: " + end.reason());
        }
      }
      function.gone(instance);
    }
  }

  @Override
  public void left(LocalInstance instance) {
    synchronized (function) {
      function.log().say(instance.name() + " is left running for the next deployer");
      function.gone(instance);
    }
  }

  private Duration servedFor() {
    return Duration.ofNanos(System.nanoTime() - readySince);
  }

  private void replace(Duration delay, String why) {
    current = null;
    ready = false;
    function.note(why);
    if (retiring.size() > MOST_RETIRING) {
      waitsForRetiring = true;
    } else if (delay.isZero()) {
      start();
    } else {
      function.log().say("starting again in " + Durations.text(delay));
      function.later(this::start, delay);
    }
    function.update();
  }
}
