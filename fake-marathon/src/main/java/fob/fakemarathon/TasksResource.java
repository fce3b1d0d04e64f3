package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /v2/apps/{id}/tasks} and {@code /v2/tasks}. Guarded by the core's lock. */
final class TasksResource {

  private final Core core;

  TasksResource(Core core) {
    this.core = core;
  }

  Answer listAll() {
    ArrayNode all = Json.array();
    core.store.all().forEach(app -> all.addAll(core.view.tasksOf(app)));
    return Answer.json(200, Json.object().set("tasks", all));
  }

  Answer list(String appId) {
    return Answer.json(200, Json.object().set("tasks", core.view.tasksOf(core.store.get(appId))));
  }

  Answer killAll(Request request, String appId) {
    if (request.flag("scale", false) && request.flag("wipe", false)) {
      throw Refusal.of(400, "You cannot use scale and wipe at the same time.");
    }
    App app = core.store.get(appId);
    ArrayNode tasks = core.view.tasksOf(app);
    if (request.flag("scale", false)) {
      return scale(request, app, launched(app).size());
    }
    launched(app).forEach(this::replace);
    return Answer.json(200, Json.object().set("tasks", tasks));
  }

  Answer kill(Request request, String appId, String taskId) {
    App app = core.store.get(appId);
    Instance instance =
        launched(app).stream()
            .filter(candidate -> candidate.taskId().equals(taskId))
            .findFirst()
            .orElseThrow(() -> Refusal.of(404, "Task '" + taskId + "' does not exist"));
    ObjectNode json = instance.json(core.tasks.healthKnown());
    if (request.flag("scale", false)) {
      core.tasks.kill(instance, Instance.Killing.FOR_GOOD);
      AppRuntime runtime = core.tasks.of(app);
      runtime.wantOneFewer();
      return scale(request, app, 1);
    }
    replace(instance);
    return Answer.json(200, Json.object().set("task", json));
  }

  private void replace(Instance instance) {
    core.tasks.kill(instance, Instance.Killing.TO_REPLACE);
  }

  private Answer scale(Request request, App app, int fewer) {
    ObjectNode spec = app.spec().deepCopy().put("instances", Math.max(0, app.instances() - fewer));
    Map<String, Optional<ObjectNode>> specs = new LinkedHashMap<>();
    specs.put(app.id(), Optional.of(spec));
    String version = core.timeline.nextVersion();
    return Core.deploymentResult(
        200, core.updates.update(specs, version, request.flag("force", false), () -> {}));
  }

  private List<Instance> launched(App app) {
    AppRuntime runtime = core.tasks.find(app.id());
    return runtime == null
        ? List.of()
        : runtime.instances().stream().filter(instance -> instance.launched).toList();
  }
}
