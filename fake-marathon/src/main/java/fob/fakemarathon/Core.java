package fob.fakemarathon;

/**
 * All that one fake Marathon knows, put together. It is its own lock: whoever uses anything in it,
 * but for the timeline and the event stream, holds {@code synchronized (core)}.
 */
final class Core {

  final MarathonOptions options;
  final Timeline timeline;
  final EventStream events;
  final AppStore store;
  final Tasks tasks;
  final Deployments deployments;
  final RootUpdates updates;
  final AppView view;

  Core(MarathonOptions options, TaskRunner runner, Timeline timeline) {
    this.options = options;
    this.timeline = timeline;
    events = new EventStream(options.eventBuffer, options.heartbeat, timeline);
    ServicePorts ports = new ServicePorts(options.minServicePort, options.maxServicePort);
    store = new AppStore(ports, timeline.nextVersion());
    tasks = new Tasks(this, runner, timeline, events, options.offerInterval);
    deployments = new Deployments(store, tasks, events, timeline, options.maxRunningDeployments);
    updates = new RootUpdates(store, deployments);
    view = new AppView(tasks, deployments);
  }

  AppRules.Setting rules() {
    return new AppRules.Setting(options.mesosRole, options.secrets);
  }

  /** The answer's header that names the deployment which a write has started. */
  static Answer withDeployment(Answer answer, Deployment deployment) {
    return answer.with("Marathon-Deployment-Id", deployment.id());
  }

  static Answer deploymentResult(int status, Deployment deployment) {
    return withDeployment(
        Answer.json(
            status,
            Json.object()
                .put("version", deployment.version())
                .put("deploymentId", deployment.id())),
        deployment);
  }
}
