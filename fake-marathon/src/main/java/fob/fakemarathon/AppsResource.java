package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code /v2/apps}. Guarded by the core's lock. */
final class AppsResource {

  private final Core core;
  private final AppReader reader;

  AppsResource(Core core) {
    this.core = core;
    this.reader = new AppReader(core);
  }

  Answer list(Request request) {
    Embeds embeds = Embeds.ofApps(request.all("embed"), "counts", "deployments");
    Predicate<App> filter = AppFilter.of(request);
    ArrayNode apps = Json.array();
    core.store.all().stream().filter(filter).forEach(app -> apps.add(core.view.show(app, embeds)));
    return Answer.json(200, Json.object().set("apps", apps));
  }

  Answer show(Request request, String id) {
    if (id.equals("/*") || id.endsWith("/*")) {
      Embeds embeds = Embeds.ofApps(request.all("embed"), "counts", "deployments");
      String group = id.equals("/*") ? PathId.ROOT : id.substring(0, id.length() - 2);
      core.store.getGroup(group);
      ArrayNode apps = Json.array();
      core.store.below(group).forEach(app -> apps.add(core.view.show(app, embeds)));
      return Answer.json(200, Json.object().set("*", apps));
    }
    Embeds all =
        Embeds.ofApps(
            request.all("embed"), "counts", "tasks", "deployments", "readiness", "lastTaskFailure");
    return Answer.json(200, Json.object().set("app", core.view.show(core.store.get(id), all)));
  }

  Answer create(Request request) {
    ObjectNode spec = reader.whole(request.json(), PathId.ROOT);
    String id = spec.path("id").asText();
    core.deployments.requireRoom();
    if (core.store.find(id) != null) {
      throw Refusal.of(409, "An app with id [" + id + "] already exists.");
    }
    if (core.store.findGroup(id) != null) {
      throw Refusal.of(409, "Group [" + id + "] already exists.");
    }
    String version = core.timeline.nextVersion();
    // the echo is made before service ports are assigned: it shows them as 0
    ObjectNode echo = AppView.definition(App.created(spec, version));
    AppView.putCounts(echo, 0, 0, 0, 0);
    Deployment deployment =
        core.updates.update(
            Map.of(id, Optional.of(spec)),
            version,
            request.flag("force", false),
            () -> announce(request, spec, id, version));
    echo.putArray("deployments").addObject().put("id", deployment.id());
    return Core.withDeployment(Answer.json(201, echo).with("Location", id), deployment);
  }

  Answer update(Request request, String id, boolean mayCreate) {
    App before = core.store.find(id);
    if (before == null && !mayCreate) {
      throw Refusal.unknownApp(id);
    }
    boolean partial = request.flag("partialUpdate", true) || request.method().equals("PATCH");
    ObjectNode spec = reader.updated(request.json(), id, before, partial);
    String version = core.timeline.nextVersion();
    Deployment deployment =
        core.updates.update(
            Map.of(id, Optional.of(spec)),
            version,
            request.flag("force", false),
            () -> announce(request, spec, id, version));
    return Core.deploymentResult(before == null ? 201 : 200, deployment);
  }

  Answer updateAll(Request request) {
    JsonNode body = request.json();
    if (!body.isArray()) {
      throw Refusal.wrongTypes(List.of(new Problem("/", "error.expected.jsarray")));
    }
    boolean partial = request.flag("partialUpdate", true) || request.method().equals("PATCH");
    Map<String, Optional<ObjectNode>> specs = new LinkedHashMap<>();
    for (JsonNode item : body) {
      if (!item.path("id").isTextual()) {
        throw Refusal.invalid(List.of(new Problem("/id", "must not be empty")));
      }
      String id = PathId.absolute(item.path("id").asText(), PathId.ROOT);
      specs.put(id, Optional.of(reader.updated(item, id, core.store.find(id), partial)));
    }
    String version = core.timeline.nextVersion();
    Deployment deployment =
        core.updates.update(
            specs, version, request.flag("force", false), () -> groupChanged(PathId.ROOT, version));
    return Core.deploymentResult(200, deployment);
  }

  Answer delete(Request request, String id) {
    core.store.get(id);
    String version = core.timeline.nextVersion();
    Deployment deployment =
        core.updates.update(
            Map.of(id, Optional.empty()),
            version,
            request.flag("force", true),
            () -> groupChanged(PathId.parent(id), version));
    return Core.deploymentResult(200, deployment);
  }

  Answer restart(Request request, String id) {
    App app = core.store.get(id);
    String version = core.timeline.nextVersion();
    return Core.deploymentResult(
        200,
        core.updates.restart(
            app,
            version,
            request.flag("force", false),
            () -> groupChanged(PathId.parent(id), version)));
  }

  Answer versions(String id) {
    return Answer.json(
        200,
        Json.object().set("versions", Json.strings(core.store.versions(id).descendingKeySet())));
  }

  Answer version(String id, String version) {
    App app = core.store.versions(id).get(version);
    if (app == null) {
      throw Refusal.of(404, "App '" + id + "' in version '" + version + "' does not exist");
    }
    return Answer.json(200, AppView.definition(app));
  }

  private void announce(Request request, ObjectNode spec, String id, String version) {
    core.events.publish(
        Events.apiPost(
            request.remote().getHostString(), request.path(), spec, core.timeline.now()));
    groupChanged(PathId.parent(id), version);
  }

  private void groupChanged(String group, String version) {
    core.events.publish(Events.groupChanged(group, version, core.timeline.now()));
  }
}
