package fob.fakemarathon;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From requests to resources. Thread-safe: it takes the core's lock. */
final class Router {

  private final Core core;
  private final Supplier<@Nullable String> leader;
  private final AppsResource apps;
  private final TasksResource tasks;
  private final GroupsResource groups;
  private final DeploymentsResource deployments;
  private final QueueResource queue;
  private final SystemResource system;

  Router(Core core, Supplier<@Nullable String> leader) {
    this.core = core;
    this.leader = leader;
    apps = new AppsResource(core);
    tasks = new TasksResource(core);
    groups = new GroupsResource(core);
    deployments = new DeploymentsResource(core);
    queue = new QueueResource(core);
    system = new SystemResource(core.options);
  }

  Answer answer(Request request, Route route) {
    try {
      synchronized (core) {
        return route(request, route);
      }
    } catch (Refusal refusal) {
      return refusal.answer();
    }
  }

  private Answer route(Request request, Route route) {
    String id = route.id();
    return switch (request.method() + " " + route.kind()) {
      case "GET /ping" -> SystemResource.ping(request);
      case "GET /v2/info" -> system.info(leader.get());
      case "GET /v2/leader" -> SystemResource.leader(leader.get());
      case "GET /v2/apps" -> apps.list(request);
      case "POST /v2/apps" -> apps.create(request);
      case "PUT /v2/apps", "PATCH /v2/apps" -> apps.updateAll(request);
      case "GET /v2/apps/{id}", "GET /v2/apps/{group}/*" -> apps.show(request, id);
      case "PUT /v2/apps/{id}" -> apps.update(request, id, true);
      case "PATCH /v2/apps/{id}" -> apps.update(request, id, false);
      case "DELETE /v2/apps/{id}" -> apps.delete(request, id);
      case "POST /v2/apps/{id}/restart" -> apps.restart(request, id);
      case "GET /v2/apps/{id}/versions" -> apps.versions(id);
      case "GET /v2/apps/{id}/versions/{item}" -> apps.version(id, route.tail());
      case "GET /v2/tasks" -> tasks.listAll();
      case "GET /v2/apps/{id}/tasks" -> tasks.list(id);
      case "DELETE /v2/apps/{id}/tasks" -> tasks.killAll(request, id);
      case "DELETE /v2/apps/{id}/tasks/{item}" -> tasks.kill(request, id, route.tail());
      case "GET /v2/groups" -> groups.show(request, PathId.ROOT);
      case "POST /v2/groups" -> groups.create(request, PathId.ROOT);
      case "PUT /v2/groups" -> groups.update(request, PathId.ROOT);
      case "DELETE /v2/groups" -> groups.delete(request, PathId.ROOT);
      case "GET /v2/groups/{id}" -> groups.show(request, id);
      case "POST /v2/groups/{id}" -> groups.create(request, id);
      case "PUT /v2/groups/{id}" -> groups.update(request, id);
      case "DELETE /v2/groups/{id}" -> groups.delete(request, id);
      case "GET /v2/deployments" -> deployments.list();
      case "DELETE /v2/deployments/{id}" -> deployments.delete(request, id);
      case "GET /v2/queue" -> queue.list(request);
      case "DELETE /v2/queue/{id}/delay" -> queue.resetDelay(id);
      default ->
          // an unknown path is 500 in Marathon, not 404
          route.kind().equals("unknown")
              ? Refusal.of(500, "URI not found").answer()
              : Refusal.of(405, "HTTP 405 Method Not Allowed").answer();
    };
  }
}
