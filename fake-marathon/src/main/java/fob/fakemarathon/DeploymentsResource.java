package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** {@code /v2/deployments}. Guarded by the core's lock. */
final class DeploymentsResource {

  private final Core core;

  DeploymentsResource(Core core) {
    this.core = core;
  }

  Answer list() {
    ArrayNode all = Json.array();
    core.deployments.all().forEach(deployment -> all.add(deployment.json()));
    return Answer.json(200, all);
  }

  /** Rolls back, or with {@code force=true} just stops: the way out when there are too many. */
  Answer delete(Request request, String id) {
    Deployment deployment = core.deployments.get(id);
    if (request.flag("force", false)) {
      core.deployments.cancel(deployment, "The upgrade has been cancelled");
      return Answer.empty(202);
    }
    Deployment rollback = core.updates.rollBack(deployment, core.timeline.nextVersion());
    return Core.deploymentResult(200, rollback);
  }
}
