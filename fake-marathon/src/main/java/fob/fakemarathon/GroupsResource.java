package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /v2/groups}. Guarded by the core's lock. */
final class GroupsResource {

  private final Core core;
  private final GroupView view;

  GroupsResource(Core core) {
    this.core = core;
    this.view = new GroupView(core);
  }

  Answer show(Request request, String id) {
    return Answer.json(200, view.show(core.store.getGroup(id), request.all("embed")));
  }

  Answer create(Request request, String base) {
    JsonNode body = request.json();
    String id = PathId.absolute(body.path("id").asText(), base);
    if (!id.equals(PathId.ROOT) && core.store.findGroup(id) != null) {
      throw Refusal.of(409, "Group " + id + " is already created. Use PUT to change this group.");
    }
    if (core.store.find(id) != null) {
      throw Refusal.of(409, "An app with id [" + id + "] already exists.");
    }
    return Core.deploymentResult(201, apply(request, body, id)).with("Location", id);
  }

  Answer update(Request request, String base) {
    JsonNode body = request.json();
    String id =
        body.path("id").isTextual() ? PathId.absolute(body.path("id").asText(), base) : base;
    if (request.flag("dryRun", false)) {
      GroupUpdate update = new GroupUpdate(core, id, body, core.timeline.nextVersion());
      return Answer.json(200, Json.object().set("steps", Plan.json(update.dryRun())));
    }
    return Core.deploymentResult(200, apply(request, body, id));
  }

  private Deployment apply(Request request, JsonNode body, String id) {
    String version = core.timeline.nextVersion();
    GroupUpdate update = new GroupUpdate(core, id, body, version);
    return core.updates.update(
        update.specs(),
        version,
        request.flag("force", false),
        () -> {
          update.storeGroups();
          changed(id, version);
        });
  }

  Answer delete(Request request, String id) {
    core.store.getGroup(id);
    Map<String, Optional<ObjectNode>> specs = new LinkedHashMap<>();
    core.store.below(id).forEach(app -> specs.put(app.id(), Optional.empty()));
    String version = core.timeline.nextVersion();
    Deployment deployment =
        core.updates.update(
            specs,
            version,
            request.flag("force", false),
            () -> {
              core.store.removeGroup(id);
              changed(id, version);
            });
    return Core.deploymentResult(200, deployment);
  }

  private void changed(String id, String version) {
    core.events.publish(Events.groupChanged(id, version, core.timeline.now()));
  }
}
