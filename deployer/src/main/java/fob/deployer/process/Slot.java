package fob.deployer.process;

import fob.function.FunctionStatus.Failure;
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
final class Slot implements InstanceProcess.Events {

  /** Else a function that drains again and again could fill the machine with instances. */
  private static final int MOST_RETIRING = 2;

  private final Supervisor function;
  private final Backoff backoff = new Backoff();
  private final List<InstanceProcess> retiring = new ArrayList<>();
  private @Nullable InstanceProcess current;
  private long readySince; // nanoTime, while ready
  private boolean ready;
  private boolean waitsForRetiring;
  private boolean stopped;
  private @Nullable End lastFailedStart;

  Slot(Supervisor function) {
    this.function = function;
  }

  void start() {
    synchronized (function) {
      if (!stopped && current == null) {
        current = function.begin(this);
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

  /** How the last start failed, where so many in a row have. */
  Optional<End> failedStart(int times) {
    synchronized (function) {
      return backoff.failedStarts() >= times
          ? Optional.ofNullable(lastFailedStart)
          : Optional.empty();
    }
  }

  @Override
  public void ready(InstanceProcess process) {
    synchronized (function) {
      if (stopped || process != current || ready) {
        return;
      }
      ready = true;
      readySince = System.nanoTime();
      backoff.ready();
      function.log().say(process.name() + " is ready");
      function.update();
    }
  }

  @Override
  public void loadFailed(InstanceProcess process, Failure failure) {
    synchronized (function) {
      if (!stopped && process == current && !ready) {
        function.loadFailed(process, failure);
      }
    }
  }

  @Override
  public void draining(InstanceProcess process, String reason) {
    synchronized (function) {
      if (stopped || process != current || !ready) {
        return;
      }
      function.log().say(process.name() + " finishes its calls and is replaced: " + reason);
      retiring.add(process);
      function.killLater(
          process, function.home().longestDrain(), "it did not end after it had drained");
      replace(backoff.afterServing(served()), "replacing an instance: " + reason);
    }
  }

  @Override
  public void ended(InstanceProcess process, End end) {
    synchronized (function) {
      function.log().say(process.name() + " has ended: " + end.reason());
      if (retiring.remove(process)) {
        if (waitsForRetiring) {
          waitsForRetiring = false;
          start();
        }
      } else if (process == current && !stopped) {
        lastFailedStart = ready ? null : end;
        Duration delay = ready ? backoff.afterServing(served()) : backoff.afterFailedStart();
        replace(delay, "restarting: " + end.reason());
      }
      function.gone(process);
    }
  }

  private Duration served() {
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
