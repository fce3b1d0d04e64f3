package fob.deployer.local;

import fob.function.FunctionSpec;
import fob.function.FunctionStatus.FailureReason;
import fob.service.Threads;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Keeps one function at its number of instances and tells how it is. It holds the shared state of
 * its slots; every field is guarded by this, and the threads of instances and the platform's timer
 * come in. Nothing waits while it is held.
 */
final class Supervisor {

  private static final Duration DRAIN_BESIDE_CALLS = Duration.ofSeconds(5);

  private final FunctionHost host;
  private final PlatformServices shared;
  private final FunctionLog log;
  private final List<Slot> slots;
  private final Status status;
  private final Set<LocalInstance> alive = new HashSet<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private int begun;
  private boolean removed;

  Supervisor(FunctionHost host, PlatformServices shared, FunctionLog log) {
    this.host = host;
    this.shared = shared;
    this.log = log;
    this.slots =
        Stream.generate(() -> new Slot(this)).limit(host.spec().limits().instances()).toList();
    this.status = new Status(slots);
  }

  void start() {
    Thread.ofVirtual().name("fob-start-" + host.spec().id()).start(this::takeOver);
  }

  /** What runs already is told as it is: a function that is ready stays so over a change. */
  private void takeOver() {
    RestartDelays delays = new RestartDelays();
    while (!isRemoved()) {
      try {
        start(host.find());
        return;
      } catch (StartRefused refused) {
        waitFor(refused.reason());
        Threads.pause(delays.afterRefusal());
      }
    }
  }

  private synchronized void waitFor(String what) {
    status.note(what);
    update();
  }

  private synchronized void start(List<InstanceLocation> found) {
    if (removed) {
      return;
    }
    begun = found.stream().mapToInt(InstanceLocation::number).max().orElse(0);
    for (int i = 0; i < Math.min(found.size(), slots.size()); i++) {
      slots.get(i).adopt(found.get(i));
    }
    if (found.isEmpty()) {
      status.note("starting");
      update();
    }
    slots.forEach(Slot::start);
  }

  /**
   * Stops every instance; may be called again with a shorter grace.
   *
   * @param grace how long they may finish their calls
   * @return completed when nothing of the function is left
   */
  synchronized CompletableFuture<Void> remove(Duration grace) {
    stop();
    for (LocalInstance instance : List.copyOf(alive)) {
      instance.terminate();
      killLater(instance, grace, "it did not end in time");
    }
    completeIfGone();
    return gone;
  }

  /**
   * Lets go of the instances that are up; they run on. The others end.
   *
   * @return completed when all are let go of or gone
   */
  synchronized CompletableFuture<Void> leave() {
    stop();
    List.copyOf(alive).forEach(LocalInstance::leave);
    completeIfGone();
    return gone;
  }

  private void stop() {
    removed = true;
    slots.forEach(Slot::stop);
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

  synchronized boolean isRemoved() {
    return removed;
  }

  LocalInstance begin(Slot slot, Starts.Urgency urgency) {
    begun++;
    InstanceLocation location = host.location(begun);
    return begin(slot, location, urgency, output -> host.start(location, output));
  }

  LocalInstance adopt(Slot slot, InstanceLocation location) {
    Starts.Urgency urgency = Starts.Urgency.SERVED_BEFORE;
    return begin(slot, location, urgency, output -> host.adopt(location, output));
  }

  private LocalInstance begin(
      Slot slot, InstanceLocation location, Starts.Urgency urgency, LocalInstance.Source source) {
    Starts.Turn turn = shared.starts().ask(spec().id(), urgency);
    LocalInstance instance = new LocalInstance(location, spec().limits(), source, turn, log, slot);
    alive.add(instance);
    Thread.ofVirtual()
        .name("fob-" + instance.instance().id())
        .start(() -> instance.live(shared.startTimeout(), shared.checks(), longestDrain()));
    return instance;
  }

  /** See {@link fob.deployer.Platform#replace}. */
  synchronized void replace(String instanceId, String reason) {
    slots.forEach(slot -> slot.replace(instanceId, reason));
  }

  /** An instance has ended that is still wanted. */
  void tellEnd(InstanceEnd end) {
    shared.news().ended(this, end.reason());
  }

  /** The function itself is at fault, so that no other instance will do better. */
  void loadFailed(LocalInstance instance, FailureReason failure) {
    log.say(instance.name() + " cannot load the function: " + failure.message());
    if (status.isReady()) {
      instance.kill("it could not load the function, which others could: " + failure.message());
      return;
    }
    status.loadFailed(failure);
    slots.forEach(Slot::stop);
    alive.forEach(each -> each.kill("the function cannot be loaded"));
    update();
  }

  void gone(LocalInstance instance) {
    alive.remove(instance);
    completeIfGone();
  }

  private void completeIfGone() {
    if (removed && alive.isEmpty()) {
      gone.complete(null);
    }
  }

  /** What it waits for while no instance is ready. */
  void note(String text) {
    status.note(text);
  }

  void later(Runnable task, Duration delay) {
    shared.later(task, delay);
  }

  void killLater(LocalInstance instance, Duration delay, String reason) {
    later(() -> instance.kill(reason), delay);
  }

  /** How long a driver may take to end once it has said that it will. */
  Duration longestDrain() {
    return spec().limits().timeout().plus(DRAIN_BESIDE_CALLS);
  }

  /** Tells the status, if it is another than the one told last. */
  void update() {
    if (!removed) {
      status.change().ifPresent(now -> shared.news().changed(this, now));
    }
  }
}
