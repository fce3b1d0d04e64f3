package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Apps and tasks as answers show them. Guarded by the core's lock. */
final class AppView {

  private final Tasks tasks;
  private final Deployments deployments;

  AppView(Tasks tasks, Deployments deployments) {
    this.tasks = tasks;
    this.deployments = deployments;
  }

  /** The definition alone. It shares the stored spec's nodes, so it may only be added to. */
  static ObjectNode definition(App app) {
    ObjectNode json = Json.object();
    json.setAll(app.spec());
    json.put("version", app.version());
    json.putObject("versionInfo")
        .put("lastScalingAt", app.lastScalingAt())
        .put("lastConfigChangeAt", app.lastConfigChangeAt());
    return json;
  }

  ObjectNode show(App app, Embeds embeds) {
    ObjectNode json = definition(app);
    AppRuntime runtime = tasks.find(app.id());
    List<Instance> instances =
        runtime == null
            ? List.of()
            : runtime.instances().stream().filter(instance -> instance.launched).toList();
    if (embeds.has("counts")) {
      counts(json, instances);
    }
    if (embeds.has("deployments")) {
      ArrayNode ids = json.putArray("deployments");
      Deployment deployment = deployments.ofApp(app.id());
      if (deployment != null) {
        ids.addObject().put("id", deployment.id());
      }
    }
    if (embeds.has("readiness")) {
      json.putArray("readinessCheckResults");
    }
    if (embeds.has("tasks")) {
      json.set("tasks", tasksOf(instances));
    }
    boolean failure = embeds.has("lastTaskFailure") || embeds.has("failures");
    if (failure && runtime != null && runtime.lastTaskFailure() != null) {
      json.set("lastTaskFailure", runtime.lastTaskFailure());
    }
    if (embeds.has("taskStats")) {
      ObjectNode stats = json.putObject("taskStats").putObject("totalSummary").putObject("stats");
      counts(stats.putObject("counts"), instances);
    }
    return json;
  }

  ArrayNode tasksOf(App app) {
    AppRuntime runtime = tasks.find(app.id());
    return runtime == null
        ? Json.array()
        : tasksOf(runtime.instances().stream().filter(instance -> instance.launched).toList());
  }

  private ArrayNode tasksOf(List<Instance> instances) {
    ArrayNode array = Json.array();
    instances.forEach(instance -> array.add(instance.json(tasks.healthKnown())));
    return array;
  }

  private void counts(ObjectNode json, List<Instance> instances) {
    int staged = 0;
    int running = 0;
    int healthy = 0;
    int unhealthy = 0;
    for (Instance instance : instances) {
      staged += instance.state == null || instance.state.equals("TASK_STAGING") ? 1 : 0;
      running += instance.isRunning() ? 1 : 0;
      Boolean alive = tasks.healthKnown() ? instance.health.alive() : null;
      healthy += Boolean.TRUE.equals(alive) && instance.isRunning() ? 1 : 0;
      unhealthy += Boolean.FALSE.equals(alive) && instance.isRunning() ? 1 : 0;
    }
    putCounts(json, staged, running, healthy, unhealthy);
  }

  static void putCounts(ObjectNode json, int staged, int running, int healthy, int unhealthy) {
    json.put("tasksStaged", staged);
    json.put("tasksRunning", running);
    json.put("tasksHealthy", healthy);
    json.put("tasksUnhealthy", unhealthy);
  }
}
