package fob.fakemarathon;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The running deployments. Two that touch the same app exclude each other; nothing else does.
 * Guarded by the core's lock.
 */
final class Deployments {

  private final AppStore store;
  private final Tasks tasks;
  private final EventStream events;
  private final Timeline timeline;
  private final int max;
  private final Map<String, Deployment> running = new LinkedHashMap<>();
  private final Map<String, Deployment> byApp = new HashMap<>();

  Deployments(AppStore store, Tasks tasks, EventStream events, Timeline timeline, int max) {
    this.store = store;
    this.tasks = tasks;
    this.events = events;
    this.timeline = timeline;
    this.max = max;
    tasks.onProgress(this::progress);
  }

  Collection<Deployment> all() {
    return running.values();
  }

  @Nullable Deployment ofApp(String appId) {
    return byApp.get(appId);
  }

  Deployment get(String id) {
    Deployment deployment = running.get(id);
    if (deployment == null) {
      throw Refusal.of(404, "DeploymentPlan " + id + " does not exist");
    }
    return deployment;
  }

  /** Marathon asks this before every write, forced or not. */
  void requireRoom() {
    if (running.size() >= max) {
      throw Refusal.tooManyDeployments(max);
    }
  }

  /**
   * Starts a deployment.
   *
   * @param force cancels deployments that are in the way, which otherwise refuse this one
   * @param announce publishes what has to be heard before the deployment's own events
   */
  Deployment start(Map<String, Change> changes, String version, boolean force, Runnable announce) {
    Deployment deployment =
        new Deployment(UUID.randomUUID().toString(), version, changes, Plan.steps(changes));
    Set<Deployment> inTheWay = new LinkedHashSet<>();
    for (String app : deployment.affected()) {
      Deployment other = byApp.get(app);
      if (other != null) {
        inTheWay.add(other);
      }
    }
    if (!inTheWay.isEmpty() && !force) {
      throw Refusal.locked(inTheWay.stream().map(Deployment::id).toList());
    }
    for (Deployment other : inTheWay) {
      cancel(other, "The upgrade has been cancelled");
    }
    changes.forEach(this::store);
    announce.run();
    running.put(deployment.id(), deployment);
    deployment.affected().forEach(app -> byApp.put(app, deployment));
    begin(deployment);
    advance(deployment);
    return deployment;
  }

  private void store(String id, Change change) {
    App after = change.after();
    if (after != null) {
      store.put(after);
    } else {
      store.remove(id);
    }
  }

  /** Ends a deployment where it is; what it has done stays. */
  void cancel(Deployment deployment, String reason) {
    remove(deployment);
    events.publish(Events.deploymentFailed(deployment, reason, timeline.now()));
  }

  private void remove(Deployment deployment) {
    running.remove(deployment.id());
    deployment.affected().forEach(app -> byApp.remove(app, deployment));
  }

  private void progress(String appId) {
    Deployment deployment = byApp.get(appId);
    if (deployment != null) {
      advance(deployment);
    }
  }

  private void advance(Deployment deployment) {
    while (deployment.hasStep() && deployment.actions().stream().allMatch(this::isDone)) {
      deployment.actions().forEach(this::done);
      events.publish(Events.deploymentInfo("deployment_step_success", deployment, timeline.now()));
      deployment.nextStep();
      begin(deployment);
    }
    if (!deployment.hasStep()) {
      remove(deployment);
      events.publish(Events.deploymentSuccess(deployment, timeline.now()));
    }
  }

  private void begin(Deployment deployment) {
    if (!deployment.hasStep()) {
      return;
    }
    events.publish(Events.deploymentInfo("deployment_info", deployment, timeline.now()));
    for (Plan.Action action : List.copyOf(deployment.actions())) {
      begin(action);
    }
  }

  private void begin(Plan.Action action) {
    App app = store.find(action.app());
    switch (action.action()) {
      case Plan.Action.STOP -> {
        AppRuntime runtime = tasks.find(action.app());
        if (runtime != null) {
          runtime.want(runtime.app(), 0, false);
          tasks.reconcile(runtime);
        }
      }
      case Plan.Action.START -> want(app, 0, false);
      case Plan.Action.RESTART -> want(app, app == null ? 0 : app.instances(), true);
      default -> want(app, app == null ? 0 : app.instances(), false);
    }
  }

  private void want(@Nullable App app, int count, boolean replace) {
    if (app != null) {
      AppRuntime runtime = tasks.of(app);
      runtime.want(app, count, replace);
      tasks.reconcile(runtime);
    }
  }

  private boolean isDone(Plan.Action action) {
    AppRuntime runtime = tasks.find(action.app());
    if (action.action().equals(Plan.Action.STOP)) {
      return runtime == null || runtime.instances().isEmpty();
    }
    return action.action().equals(Plan.Action.START) || runtime == null || runtime.isSettled();
  }

  private void done(Plan.Action action) {
    if (action.action().equals(Plan.Action.STOP)) {
      tasks.forget(action.app());
      events.publish(Events.appTerminated(action.app(), timeline.now()));
    }
  }
}
