package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What the runner of one task tells; takes the core's lock for each report. */
final class TaskReports implements TaskUpdates {

  private static final Set<String> FAILURES =
      Set.of("TASK_FAILED", "TASK_ERROR", "TASK_LOST", "TASK_DROPPED", "TASK_GONE");
  private static final int MAX_MESSAGE = 10_000;

  private final Object lock;
  private final Tasks tasks;
  private final AppRuntime runtime;
  private final Instance instance;
  private final String taskId;
  private final EventStream events;
  private final Timeline timeline;
  private long runningSince;

  TaskReports(
      Object lock,
      Tasks tasks,
      AppRuntime runtime,
      Instance instance,
      EventStream events,
      Timeline timeline) {
    this.lock = lock;
    this.tasks = tasks;
    this.runtime = runtime;
    this.instance = instance;
    this.taskId = instance.taskId();
    this.events = events;
    this.timeline = timeline;
  }

  private void ifCurrent(Runnable action) {
    synchronized (lock) {
      if (instance.launched && instance.taskId().equals(taskId)) {
        action.run();
      }
    }
  }

  @Override
  public void staging() {
    ifCurrent(() -> moveTo("TASK_STAGING", "Staging"));
  }

  @Override
  public void starting() {
    ifCurrent(() -> moveTo("TASK_STARTING", "Starting"));
  }

  @Override
  public void running(String host, List<Integer> ports, String containerIp) {
    ifCurrent(() -> {
      instance.host = host;
      instance.ports = List.copyOf(ports);
      instance.containerIp = containerIp;
      instance.startedAt = timeline.now();
      runningSince = timeline.nanos();
      moveTo("TASK_RUNNING", "Running");
      tasks.changed(runtime);
    });
  }

  private void moveTo(String state, String condition) {
    if (instance.killing != Instance.Killing.NO) {
      return; // it stays TASK_KILLING until it has ended
    }
    instance.state = state;
    events.publish(Events.statusUpdate(instance, state, "", timeline.now()));
    events.publish(Events.instanceChanged(instance, condition, timeline.now()));
  }

  @Override
  public void health(boolean alive, String cause) {
    ifCurrent(() -> {
      boolean first = instance.health.alive() == null;
      boolean changed = first || Boolean.TRUE.equals(instance.health.alive()) != alive;
      if (!instance.isRunning() || (!alive && inGrace())) {
        return;
      }
      if (alive) {
        instance.health.succeeded(timeline.now());
      } else {
        instance.health.failed(timeline.now(), cause);
      }
      if (tasks.healthKnown()) {
        publishHealth(alive, changed);
      }
      if (!alive) {
        killIfTooOften(cause);
      }
      tasks.changed(runtime);
    });
  }

  private JsonNode check() {
    return instance.launchedFrom.spec().path("healthChecks").path(0);
  }

  private boolean inGrace() {
    Duration grace = Duration.ofSeconds(check().path("gracePeriodSeconds").asLong());
    return !instance.health.everSucceeded() && timeline.nanos() - runningSince < grace.toNanos();
  }

  private void publishHealth(boolean alive, boolean changed) {
    if (!alive) {
      events.publish(Events.failedHealthCheck(instance, timeline.now()));
    }
    if (changed) {
      events.publish(Events.healthStatus(instance, alive, timeline.now()));
      events.publish(Events.instanceHealth(instance, timeline.now()));
    }
  }

  private void killIfTooOften(String cause) {
    int max = check().path("maxConsecutiveFailures").asInt();
    if (max > 0
        && instance.health.consecutiveFailures() >= max
        && instance.killing == Instance.Killing.NO) {
      events.publish(Events.unhealthyKill(instance, cause, timeline.now()));
      runtime.failed(
          failure("TASK_KILLED", "Task was killed since health check failed. Reason: " + cause));
      tasks.kill(instance, Instance.Killing.AS_UNHEALTHY);
    }
  }

  @Override
  public void ended(String state, String message) {
    ifCurrent(() -> {
      String cause = message.substring(0, Math.min(MAX_MESSAGE, message.length()));
      if (FAILURES.contains(state)) {
        runtime.failed(failure(state, cause));
      }
      events.publish(Events.statusUpdate(instance, state, cause, timeline.now()));
      events.publish(Events.instanceChanged(instance, condition(state), timeline.now()));
      afterTheEnd();
      tasks.changed(runtime);
    });
  }

  private void afterTheEnd() {
    switch (instance.killing) {
      case FOR_GOOD -> runtime.instances().remove(instance);
      case TO_REPLACE -> instance.taskGone();
      case NO, AS_UNHEALTHY -> {
        runtime.backoff().failed(runtime.app().spec(), timeline.nanos());
        instance.taskGone();
      }
    }
    instance.killing = Instance.Killing.NO;
  }

  private static String condition(String state) {
    String name = state.substring("TASK_".length());
    return name.charAt(0) + name.substring(1).toLowerCase(java.util.Locale.ROOT);
  }

  private ObjectNode failure(String state, String message) {
    ObjectNode failure = Json.object();
    failure.put("appId", instance.launchedFrom.id());
    failure.put("host", instance.host);
    failure.put("message", message);
    failure.put("state", state);
    failure.put("taskId", taskId);
    failure.put("timestamp", timeline.now());
    failure.put("version", instance.launchedFrom.version());
    return failure.put("slaveId", Events.AGENT);
  }
}
