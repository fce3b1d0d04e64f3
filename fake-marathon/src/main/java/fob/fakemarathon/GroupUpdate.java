package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What {@code PUT /v2/groups} asks for: apps and groups that are given are the full set, and others
 * go; what is not given at all stays. Guarded by the core's lock; used once.
 */
final class GroupUpdate {

  private final Core core;
  private final String version;
  private final Map<String, Optional<ObjectNode>> specs = new LinkedHashMap<>();
  private final List<AppStore.Group> groups = new ArrayList<>();
  private final Set<String> goneGroups = new LinkedHashSet<>();

  GroupUpdate(Core core, String id, JsonNode body, String version) {
    this.core = core;
    this.version = version;
    if (body.has("scaleBy")) {
      double factor = body.path("scaleBy").asDouble();
      each(id, app -> (int) Math.round(app.instances() * factor));
    } else if (body.has("version")) {
      rollBack(id, body.path("version").asText());
    } else {
      ObjectNode whole = Json.objectOrEmpty(body).deepCopy().put("id", id);
      List<Problem> problems = AppRules.checkGroup(whole, core.rules());
      if (!problems.isEmpty()) {
        throw Refusal.invalid(problems);
      }
      collect(id, whole);
    }
  }

  /** The apps that the update is about; absent ones go. */
  Map<String, Optional<ObjectNode>> specs() {
    return specs;
  }

  void storeGroups() {
    goneGroups.forEach(core.store::removeGroup);
    groups.forEach(core.store::putGroup);
  }

  List<Plan.Step> dryRun() {
    Map<String, Change> changes = new LinkedHashMap<>();
    specs.forEach((id, spec) -> {
      App before = core.store.find(id);
      if (spec.isEmpty()) {
        changes.put(id, new Change(before, null));
        return;
      }
      ObjectNode assigned = core.store.ports().assign(spec.get(), before);
      changes.put(
          id,
          new Change(
              before,
              before == null
                  ? App.created(assigned, version)
                  : before.changedTo(assigned, version)));
    });
    return Plan.steps(changes);
  }

  private void each(String id, ToIntFunction<App> instances) {
    core.store.getGroup(id);
    for (App app : core.store.below(id)) {
      ObjectNode spec = app.spec().deepCopy().put("instances", instances.applyAsInt(app));
      specs.put(app.id(), Optional.of(spec));
    }
  }

  private void rollBack(String id, String to) {
    core.store.getGroup(id);
    for (App app : core.store.below(id)) {
      Map.Entry<String, App> old = core.store.versions(app.id()).floorEntry(to);
      specs.put(app.id(), Optional.ofNullable(old).map(entry -> entry.getValue().spec()));
    }
  }

  private void collect(String id, JsonNode group) {
    AppStore.Group before = core.store.findGroup(id);
    boolean enforceRole =
        group.has("enforceRole")
            ? group.path("enforceRole").asBoolean()
            : before != null && before.enforceRole();
    List<String> dependencies =
        Json.texts(group.path("dependencies")).stream()
            .map(dependency -> PathId.absolute(dependency, PathId.parent(id)))
            .toList();
    groups.add(new AppStore.Group(id, version, dependencies, enforceRole));
    if (group.has("apps")) {
      apps(id, group.path("apps"), enforceRole);
    }
    if (group.has("groups")) {
      groups(id, group.path("groups"));
    }
  }

  private void apps(String id, JsonNode apps, boolean enforceRole) {
    Set<String> given = new HashSet<>();
    for (JsonNode json : apps) {
      String appId = PathId.absolute(json.path("id").asText(), id);
      given.add(appId);
      ObjectNode app = Json.objectOrEmpty(json).deepCopy().put("id", appId);
      String role =
          enforceRole
              ? PathId.topGroup(appId)
              : core.store.defaultRole(appId, core.options.mesosRole);
      specs.put(
          appId, Optional.of(AppNormalization.complete(AppNormalization.modernize(app), id, role)));
    }
    for (App app : core.store.below(id)) {
      if (PathId.parent(app.id()).equals(id) && !given.contains(app.id())) {
        specs.put(app.id(), Optional.empty());
      }
    }
  }

  private void groups(String id, JsonNode children) {
    Set<String> given = new HashSet<>();
    for (JsonNode child : children) {
      String childId = PathId.absolute(child.path("id").asText(), id);
      given.add(childId);
      collect(childId, child);
    }
    for (AppStore.Group group : core.store.groupsBelow(id)) {
      if (PathId.parent(group.id()).equals(id) && !given.contains(group.id())) {
        goneGroups.add(group.id());
        core.store.below(group.id()).forEach(app -> specs.put(app.id(), Optional.empty()));
      }
    }
  }
}
