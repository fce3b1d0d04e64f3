package fob.deployer.process;

import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Failure;
import fob.function.Instance;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one function at its number of instances and tells how it is. It holds the shared state of
 * its slots; every field is guarded by this, and the threads of instances and the platform's timer
 * come in. Nothing waits while it is held.
 */
final class Supervisor {

  /** A function whose process ends so often before it is ready cannot start. */
  private static final int FAILED_STARTS = 3;

  private final FunctionHome home;
  private final Launcher launcher;
  private final FunctionLog log;
  private final ScheduledExecutorService timer;
  private final Duration startTimeout;
  private final Consumer<FunctionStatus> listener;
  private final List<Slot> slots;
  private final Set<InstanceProcess> alive = new HashSet<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private int begun;
  private boolean removed;
  private String note = "starting";
  private @Nullable Failure loadFailure;
  private @Nullable FunctionStatus told;

  Supervisor(
      FunctionHome home,
      Launcher launcher,
      FunctionLog log,
      ScheduledExecutorService timer,
      Duration startTimeout,
      Consumer<FunctionStatus> listener) {
    this.home = home;
    this.launcher = launcher;
    this.log = log;
    this.timer = timer;
    this.startTimeout = startTimeout;
    this.listener = listener;
    this.slots =
        Stream.generate(() -> new Slot(this)).limit(home.spec().limits().instances()).toList();
  }

  synchronized void start() {
    update();
    slots.forEach(Slot::start);
  }

  /**
   * Stops every instance; may be called again with a shorter grace.
   *
   * @param grace how long they may finish their calls
   * @return completed when nothing of the function is left
   */
  synchronized CompletableFuture<Void> remove(Duration grace) {
    removed = true;
    slots.forEach(Slot::stop);
    for (InstanceProcess process : List.copyOf(alive)) {
      process.terminate();
      killLater(process, grace, "it did not end in time");
    }
    completeIfGone();
    return gone;
  }

  FunctionHome home() {
    return home;
  }

  FunctionLog log() {
    return log;
  }

  synchronized boolean isRemoved() {
    return removed;
  }

  InstanceProcess begin(Slot slot) {
    begun++;
    InstanceProcess process = new InstanceProcess(begun, home, launcher, log, slot);
    alive.add(process);
    Thread.ofVirtual()
        .name("fob-" + process.instance().id())
        .start(() -> process.live(startTimeout));
    return process;
  }

  /** The function itself is at fault, so that no other instance will do better. */
  void loadFailed(InstanceProcess process, Failure failure) {
    log.say(process.name() + " cannot load the function: " + failure.message());
    if (!ready().isEmpty()) {
      process.kill("it could not load the function, which others could: " + failure.message());
      return;
    }
    loadFailure = failure;
    slots.forEach(Slot::stop);
    alive.forEach(each -> each.kill("the function cannot be loaded"));
    update();
  }

  void gone(InstanceProcess process) {
    alive.remove(process);
    completeIfGone();
  }

  private void completeIfGone() {
    if (removed && alive.isEmpty()) {
      gone.complete(null);
    }
  }

  /** What it waits for while no instance is ready. */
  void note(String text) {
    note = text;
  }

  void later(Runnable task, Duration delay) {
    var _ = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  void killLater(InstanceProcess process, Duration delay, String reason) {
    later(() -> process.kill(reason), delay);
  }

  /** Tells the status, if it is another than the one told last. */
  void update() {
    FunctionStatus status = status();
    if (!removed && !status.equals(told)) {
      told = status;
      listener.accept(status);
    }
  }

  private FunctionStatus status() {
    List<Instance> ready = ready();
    if (!ready.isEmpty()) {
      return new FunctionStatus.Ready(ready);
    }
    if (loadFailure != null) {
      return new FunctionStatus.Failed(loadFailure);
    }
    return slots.stream()
        .flatMap(slot -> slot.failedStart(FAILED_STARTS).stream())
        .findFirst()
        .<FunctionStatus>map(end ->
            new FunctionStatus.Failed(
                Failure.of(
                    "its process ends before it is ready, again and again; the last time: "
                        + end.inFull())))
        .orElseGet(() -> new FunctionStatus.Deploying(note));
  }

  private List<Instance> ready() {
    return slots.stream().map(Slot::readyInstance).flatMap(Optional::stream).toList();
  }
}
