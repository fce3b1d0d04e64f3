package fob.deployer.local;

import fob.deployer.Ending;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus.FailureReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Keeps one function at its number of instances and tells its status. Every request and everything
 * that happens to an instance is an event of the function's {@link EventQueue}, whose thread works
 * off one event at a time. So the supervisor, its slots, its instances and its status need no lock.
 * The methods that are not private may be called on any thread, and none of them waits.
 */
final class Supervisor {

  private final FunctionHost host;
  private final ListenerNotifier notifier;
  private final FunctionLog log;
  private final EventQueue events;
  private final Instances instances;
  private final Status status = new Status();
  private final Slots slots;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** Set by the request itself, before its event: from then on nothing is told any more. */
  private volatile boolean removed;

  Supervisor(FunctionHost host, PlatformServices services, FunctionLog log) {
    this.host = host;
    this.notifier = services.notifier();
    this.log = log;
    this.events = new EventQueue(host.spec().id(), services.timer());
    this.instances =
        new Instances(
            host, services, log, (instance, event) -> events.add(() -> happened(instance, event)));
    this.slots =
        new Slots(
            Stream.generate(() -> new Slot(instances, events, status, log))
                .limit(host.spec().limits().instances())
                .toList());
  }

  FunctionSpec spec() {
    return host.spec();
  }

  FunctionHost host() {
    return host;
  }

  FunctionLog log() {
    return log;
  }

  /** Takes over the instances that an earlier deployer left running, and starts the others. */
  void start() {
    new InstanceSearch(
            host,
            () -> removed,
            found -> events.add(() -> startWith(found)),
            reason -> events.add(() -> waitFor(reason)))
        .start();
  }

  private void waitFor(String what) {
    status.note(what);
    update();
  }

  /** If instances were found, no status is told before theirs: a ready function stays ready. */
  private void startWith(List<InstanceLocation> found) {
    if (removed) {
      return;
    }
    slots.adopt(found);
    if (found.isEmpty()) {
      status.note("starting");
    }
    slots.each(Slot::start);
    update();
  }

  /** See {@link fob.deployer.Platform#replace}. */
  void replace(String instanceId, String reason) {
    events.add(() -> {
      slots.each(slot -> slot.replace(instanceId, reason));
      update();
    });
  }

  /** See {@link fob.deployer.Platform#secretsChanged}. */
  void secretsChanged() {
    events.add(() -> {
      if (!removed) {
        if (status.tryAgain()) {
          status.note("starting again, as a secret has changed");
          slots.each(Slot::resume);
        }
        slots.each(Slot::start);
        update();
      }
    });
  }

  /**
   * Stops every instance. It may be called again with a shorter grace.
   *
   * @param grace how long the instances may finish their calls
   * @return completed when nothing of the function is left
   */
  CompletableFuture<Void> remove(Duration grace) {
    return stop(instance -> {
      instance.terminate();
      events.addLater(() -> instance.kill(Ending.other("it did not end in time")), grace);
    });
  }

  /**
   * Lets go of the instances that are up, which run on. The others end.
   *
   * @return completed when every instance was let go of or has ended
   */
  CompletableFuture<Void> leave() {
    return stop(LocalInstance::leave);
  }

  private CompletableFuture<Void> stop(Consumer<LocalInstance> each) {
    removed = true;
    events.add(() -> {
      slots.each(Slot::stop);
      instances.alive().forEach(each);
      completeIfGone();
    });
    return gone;
  }

  private void happened(LocalInstance instance, InstanceEvent event) {
    slots.of(instance).ifPresent(slot -> happened(slot, instance, event));
    if (event.isLast()) {
      instances.forget(instance);
      completeIfGone();
    }
    update();
  }

  private void happened(Slot slot, LocalInstance instance, InstanceEvent event) {
    switch (event) {
      case DriverEvent.Ready() -> slot.ready(instance);
      case DriverEvent.LoadFailed(FailureReason failure) when slot.isStarting(instance) ->
          loadFailed(instance, failure);
      case DriverEvent.LoadFailed _ -> {}
      case DriverEvent.Draining(String reason) -> slot.draining(instance, reason);
      case InstanceEvent.Ended(InstanceEnd end) -> {
        log.say(instance.name() + " has ended: " + end.why().text());
        if (!slot.isStopped() && end.refused().isEmpty()) {
          notifier.ended(spec().id(), () -> removed, end.why());
        }
        slot.ended(instance, end);
      }
      case InstanceEvent.LeftRunning() ->
          log.say(instance.name() + " is left running for the next deployer");
    }
  }

  /** The function's code is at fault, so no other instance will do better. */
  private void loadFailed(LocalInstance instance, FailureReason failure) {
    log.say(instance.name() + " cannot load the function: " + failure.message());
    if (slots.ready().isEmpty()) {
      status.loadFailed(failure);
      slots.each(Slot::stop);
      instances
          .alive()
          .forEach(each -> each.kill(Ending.notStarted("the function cannot be loaded")));
    } else {
      instance.kill(
          Ending.notStarted(
              "it could not load the function, which others could: " + failure.message()));
    }
  }

  /** Tells the status, if it differs from the one that was told last. */
  private void update() {
    if (!removed) {
      status
          .change(slots.ready(), slots.failure())
          .ifPresent(changed -> notifier.changed(spec().id(), () -> removed, changed));
      slots.renewOne();
    }
  }

  private void completeIfGone() {
    if (removed && instances.alive().isEmpty()) {
      gone.complete(null);
    }
  }
}
