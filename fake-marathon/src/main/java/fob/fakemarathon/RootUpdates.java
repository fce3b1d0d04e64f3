package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every write to apps goes through here, one after the other. Guarded by the core's lock. */
final class RootUpdates {

  private final AppStore store;
  private final Deployments deployments;

  RootUpdates(AppStore store, Deployments deployments) {
    this.store = store;
    this.deployments = deployments;
  }

  /**
   * Gives apps these specs, which are normalized and valid; an absent one removes its app.
   *
   * @throws Refusal 403, 409 or 500; nothing has changed then
   */
  Deployment update(
      Map<String, Optional<ObjectNode>> specs, String version, boolean force, Runnable announce) {
    deployments.requireRoom();
    Map<String, Change> changes = new LinkedHashMap<>();
    List<App> reserved = new ArrayList<>();
    try {
      specs.forEach((id, spec) -> {
        App before = store.find(id);
        if (spec.isEmpty()) {
          changes.put(id, new Change(before, null));
          return;
        }
        ObjectNode assigned = store.ports().assign(spec.get(), before);
        App after =
            before == null ? App.created(assigned, version) : before.changedTo(assigned, version);
        store.ports().take(after);
        reserved.add(after);
        changes.put(id, new Change(before, after));
      });
    } finally {
      // the store takes them for good when it stores the app
      reserved.forEach(store.ports()::release);
    }
    requireNoCycle(changes);
    return deployments.start(changes, version, force, announce);
  }

  Deployment restart(App app, String version, boolean force, Runnable announce) {
    deployments.requireRoom();
    Change change = new Change(app, app.restarted(version));
    return deployments.start(Map.of(app.id(), change), version, force, announce);
  }

  /** Cancels a deployment and starts the one that brings back what was there before it. */
  Deployment rollBack(Deployment deployment, String version) {
    deployments.requireRoom();
    Map<String, Change> changes = new LinkedHashMap<>();
    deployment
        .changes()
        .forEach((id, change) -> {
          App now = store.find(id);
          App before = change.before();
          if (before == null) {
            changes.put(id, new Change(now, null));
          } else if (now == null) {
            changes.put(id, new Change(null, App.created(before.spec(), version)));
          } else {
            changes.put(id, new Change(now, now.changedTo(before.spec(), version)));
          }
        });
    deployments.cancel(deployment, "The upgrade has been cancelled");
    return deployments.start(changes, version, true, () -> {});
  }

  private void requireNoCycle(Map<String, Change> changes) {
    Map<String, List<String>> graph = new LinkedHashMap<>();
    changes.forEach((id, change) -> {
      App after = change.after();
      if (after != null) {
        collect(after, changes, graph);
      }
    });
    if (Dependencies.haveCycle(graph)) {
      throw Refusal.invalid(List.of(new Problem("/", "Dependency graph has cyclic dependencies.")));
    }
  }

  // only what the changed apps lead to, not all apps
  private void collect(App app, Map<String, Change> changes, Map<String, List<String>> graph) {
    List<String> dependencies = Json.texts(app.spec().path("dependencies"));
    if (dependencies.isEmpty() || graph.putIfAbsent(app.id(), dependencies) != null) {
      return;
    }
    for (String id : dependencies) {
      Change change = changes.get(id);
      App next = change == null ? store.find(id) : change.after();
      if (next != null) {
        collect(next, changes, graph);
      }
    }
  }
}
