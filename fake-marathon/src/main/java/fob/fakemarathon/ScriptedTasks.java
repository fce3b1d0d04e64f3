package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks that execute nothing: each follows a {@link Script}, chosen by its app's id. Scripts
 * may be set at any time, and apply to tasks launched after that. Thread-safe.
 */
public final class ScriptedTasks implements TaskRunner {

  private record Rule(Predicate<String> apps, Script script) {}

  private final Duration delay;
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Map<String, ScriptedTask> live = new HashMap<>(); // guarded by this
  private final Map<String, Integer> failures = new HashMap<>(); // guarded by this
  private @Nullable Timeline timeline;
  private int nextPort = 31_000; // guarded by this

  private ScriptedTasks(Duration delay) {
    this.delay = delay;
  }

  /** Every task is healthy as soon as it is launched, unless a script says otherwise. */
  public static ScriptedTasks healthy() {
    return new ScriptedTasks(Duration.ZERO);
  }

  /** The same, with a delay before each state that a task comes to, in Marathon's time. */
  public static ScriptedTasks healthyAfter(Duration delay) {
    return new ScriptedTasks(delay);
  }

  /** Lets the apps whose id matches follow the script; the last rule that matches counts. */
  public ScriptedTasks script(Predicate<String> appIds, Script script) {
    rules.addFirst(new Rule(appIds, script));
    return this;
  }

  /** Lets one app follow the script. */
  public ScriptedTasks script(String appId, Script script) {
    return script(appId::equals, script);
  }

  /** Ends all live tasks of an app. */
  public void end(String appId, String state, String message) {
    for (ScriptedTask task : liveOf(appId)) {
      if (remove(task)) {
        task.updates.ended(state, message);
      }
    }
  }

  /** Reports a health result for all live tasks of an app. */
  public void health(String appId, boolean alive, String cause) {
    liveOf(appId).forEach(task -> task.updates.health(alive, cause));
  }

  private synchronized List<ScriptedTask> liveOf(String appId) {
    return live.values().stream().filter(task -> task.task.appId().equals(appId)).toList();
  }

  private synchronized boolean remove(ScriptedTask task) {
    return live.remove(task.task.taskId(), task);
  }

  private Script scriptOf(String appId) {
    return rules.stream()
        .filter(rule -> rule.apps().test(appId))
        .findFirst()
        .map(Rule::script)
        .orElse(Script.healthy());
  }

  @Override
  public void attach(Timeline attached) {
    timeline = attached;
  }

  @Override
  public Optional<String> rejects(JsonNode app) {
    Script script = scriptOf(app.path("id").asText());
    return script.kind() == Script.Kind.NO_OFFER ? Optional.of(script.text()) : Optional.empty();
  }

  @Override
  public synchronized void launch(TaskLaunch task, TaskUpdates updates) {
    ScriptedTask pretended = new ScriptedTask(task, updates, scriptOf(task.appId()));
    live.put(task.taskId(), pretended);
    next(pretended, () -> stage(pretended));
  }

  @Override
  public synchronized void kill(String taskId) {
    ScriptedTask task = live.remove(taskId);
    if (task != null) {
      time().after(delay, () -> task.updates.ended("TASK_KILLED", "Killed by the scheduler"));
    }
  }

  private Timeline time() {
    if (timeline == null) {
      throw new IllegalStateException("attach must come first");
    }
    return timeline;
  }

  private void next(ScriptedTask task, Runnable step) {
    time()
        .after(
            delay,
            () -> {
              if (isLive(task)) {
                step.run();
              }
            });
  }

  private synchronized boolean isLive(ScriptedTask task) {
    return live.get(task.task.taskId()) == task;
  }

  private void stage(ScriptedTask task) {
    task.updates.staging();
    if (task.script.kind() != Script.Kind.STAGING) {
      next(task, () -> start(task));
    }
  }

  private void start(ScriptedTask task) {
    if (task.script.kind() == Script.Kind.FAILING && failsAgain(task)) {
      if (remove(task)) {
        task.updates.ended(task.script.state(), task.script.text());
      }
      return;
    }
    task.updates.starting();
    if (task.script.kind() != Script.Kind.STARTING) {
      next(task, () -> run(task));
    }
  }

  private synchronized boolean failsAgain(ScriptedTask task) {
    return failures.merge(task.task.appId(), 1, Integer::sum) <= task.script.times()
        || task.script.times() == Integer.MAX_VALUE;
  }

  private void run(ScriptedTask task) {
    task.updates.running("127.0.0.1", ports(task.task.app()), "172.17.0.2");
    boolean checks = !task.task.app().path("healthChecks").isEmpty();
    if (checks && task.script.kind() != Script.Kind.RUNNING) {
      next(task, () -> check(task));
    }
  }

  private synchronized List<Integer> ports(JsonNode app) {
    int count = ServicePorts.of(app).size();
    int first = nextPort;
    nextPort = nextPort + count > 60_000 ? 31_000 : nextPort + count;
    return java.util.stream.IntStream.range(first, first + count).boxed().toList();
  }

  private void check(ScriptedTask task) {
    switch (task.script.kind()) {
      case UNHEALTHY -> task.updates.health(false, task.script.text());
      case FLAPPING -> {
        task.healthyNext = !task.healthyNext;
        task.updates.health(task.healthyNext, task.script.text());
      }
      default -> {
        task.updates.health(true, "");
        return;
      }
    }
    long interval = task.task.app().path("healthChecks").path(0).path("intervalSeconds").asLong();
    time()
        .after(
            Duration.ofSeconds(interval),
            () -> {
              if (isLive(task)) {
                check(task);
              }
            });
  }
}
