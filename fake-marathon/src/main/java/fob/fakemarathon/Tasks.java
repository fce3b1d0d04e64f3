package fob.fakemarathon;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Launches and kills the tasks of all apps: the launch queue. Guarded by the core's lock. */
final class Tasks {

  private final Object lock;
  private final TaskRunner runner;
  private final Timeline timeline;
  private final EventStream events;
  private final Duration offerInterval;
  private final Map<String, AppRuntime> runtimes = new TreeMap<>();
  private final Map<String, Long> retries = new HashMap<>();
  private Consumer<String> onProgress = app -> {};
  private boolean healthKnown = true;
  private boolean stopped;

  Tasks(
      Object lock,
      TaskRunner runner,
      Timeline timeline,
      EventStream events,
      Duration offerInterval) {
    this.lock = lock;
    this.runner = runner;
    this.timeline = timeline;
    this.events = events;
    this.offerInterval = offerInterval;
  }

  /** Sets who is told the id of an app whose tasks changed. */
  void onProgress(Consumer<String> listener) {
    onProgress = listener;
  }

  @Nullable AppRuntime find(String appId) {
    return runtimes.get(appId);
  }

  AppRuntime of(App app) {
    return runtimes.computeIfAbsent(app.id(), id -> new AppRuntime(app));
  }

  Collection<AppRuntime> all() {
    return runtimes.values();
  }

  void forget(String appId) {
    runtimes.remove(appId);
    retries.remove(appId);
  }

  /** Whether the leader has health results; a new one has none for a while. */
  boolean healthKnown() {
    return healthKnown;
  }

  void setHealthKnown(boolean known) {
    healthKnown = known;
  }

  /** Launches nothing any more. */
  void stop() {
    stopped = true;
  }

  void changed(AppRuntime runtime) {
    reconcile(runtime);
    onProgress.accept(runtime.app().id());
  }

  /** Brings what runs nearer to what should. */
  void reconcile(AppRuntime runtime) {
    for (Instance instance : runtime.reconcile(timeline.now())) {
      kill(instance, Instance.Killing.FOR_GOOD);
    }
    launch(runtime);
  }

  void kill(Instance instance, Instance.Killing why) {
    if (!instance.launched) {
      return;
    }
    boolean asked = instance.killing != Instance.Killing.NO;
    instance.killing = why;
    if (!asked) {
      instance.state = "TASK_KILLING";
      runner.kill(instance.taskId());
    }
  }

  /** Launches what waits, if neither backoff nor offers are against it; else tries again later. */
  void launch(AppRuntime runtime) {
    List<Instance> waiting = runtime.waiting();
    if (stopped || waiting.isEmpty()) {
      return;
    }
    Duration left = runtime.backoff().left(timeline.nanos());
    if (left.isPositive()) {
      retry(runtime, left);
      return;
    }
    Optional<String> reason = runner.rejects(runtime.app().spec());
    if (reason.isPresent()) {
      if (!reason.get().isEmpty()) {
        runtime.offers().unused(reason.get(), timeline.now());
      }
      retry(runtime, offerInterval);
      return;
    }
    for (Instance instance : waiting) {
      runtime.offers().used(timeline.now());
      instance.nextTask(runtime.app(), timeline.now());
      events.publish(Events.instanceChanged(instance, "Provisioned", timeline.now()));
      runner.launch(
          new TaskLaunch(instance.taskId(), runtime.app().version(), runtime.app().spec()),
          new TaskReports(lock, this, runtime, instance, events, timeline));
    }
  }

  // one timer an app is enough, unless a sooner one is needed
  private void retry(AppRuntime runtime, Duration delay) {
    String id = runtime.app().id();
    long due = timeline.nanos() + delay.toNanos();
    Long planned = retries.get(id);
    if (planned != null && planned <= due) {
      return;
    }
    retries.put(id, due);
    timeline.after(
        delay,
        () -> {
          synchronized (lock) {
            if (retries.remove(id, due) && runtimes.get(id) == runtime) {
              launch(runtime);
            }
          }
        });
  }
}
