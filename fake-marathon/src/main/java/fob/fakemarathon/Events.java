package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes the events of the event stream, field by field as Marathon writes them. */
final class Events {

  static final String AGENT = "fake-agent-S0";

  private Events() {}

  private static ObjectNode event(String type, String now) {
    return Json.object().put("eventType", type).put("timestamp", now);
  }

  static ObjectNode attached(String remote, String now) {
    return event("event_stream_attached", now).put("remoteAddress", remote);
  }

  static ObjectNode apiPost(String clientIp, String uri, JsonNode app, String now) {
    ObjectNode event = event("api_post_event", now).put("clientIp", clientIp).put("uri", uri);
    event.set("appDefinition", app);
    return event;
  }

  static ObjectNode groupChanged(String groupId, String version, String now) {
    return event("group_change_success", now).put("groupId", groupId).put("version", version);
  }

  static ObjectNode statusUpdate(Instance instance, String state, String message, String now) {
    ObjectNode event = event("status_update_event", now);
    event.put("slaveId", AGENT);
    event.put("taskId", instance.taskId());
    event.put("taskStatus", state);
    event.put("message", message);
    event.put("appId", instance.launchedFrom.id());
    event.put("host", instance.host);
    event.set("ipAddresses", instance.ipAddresses());
    event.set("ports", Json.ints(instance.ports));
    event.put("version", instance.launchedFrom.version());
    return event;
  }

  static ObjectNode instanceChanged(Instance instance, String condition, String now) {
    ObjectNode event = event("instance_changed_event", now);
    event.put("instanceId", instance.id);
    event.put("condition", condition);
    event.put("runSpecId", instance.launchedFrom.id());
    event.put("agentId", AGENT);
    event.put("host", instance.host);
    event.put("runSpecVersion", instance.launchedFrom.version());
    return event;
  }

  static ObjectNode instanceHealth(Instance instance, String now) {
    ObjectNode event = event("instance_health_changed_event", now);
    event.put("instanceId", instance.id);
    event.put("runSpecId", instance.launchedFrom.id());
    event.put("runSpecVersion", instance.launchedFrom.version());
    event.put("healthy", instance.health.alive());
    return event;
  }

  static ObjectNode healthStatus(Instance instance, boolean alive, String now) {
    ObjectNode event = event("health_status_changed_event", now);
    event.put("appId", instance.launchedFrom.id());
    event.put("instanceId", instance.id);
    event.put("version", instance.launchedFrom.version());
    event.put("alive", alive);
    return event;
  }

  static ObjectNode failedHealthCheck(Instance instance, String now) {
    ObjectNode event = event("failed_health_check_event", now);
    event.put("appId", instance.launchedFrom.id());
    event.set("healthCheck", instance.launchedFrom.spec().path("healthChecks").path(0));
    // the field is called taskId and holds the instance's id
    event.put("taskId", instance.id);
    event.put("instanceId", instance.id);
    return event;
  }

  static ObjectNode unhealthyKill(Instance instance, String reason, String now) {
    ObjectNode event = event("unhealthy_instance_kill_event", now);
    event.put("appId", instance.launchedFrom.id());
    event.put("taskId", instance.taskId());
    event.put("instanceId", instance.id);
    event.put("version", instance.launchedFrom.version());
    event.put("reason", reason);
    event.put("host", instance.host);
    event.put("slaveId", AGENT);
    return event;
  }

  static ObjectNode deploymentInfo(String type, Deployment deployment, String now) {
    ObjectNode event = event(type, now);
    event.set("plan", deployment.planJson());
    event.set("currentStep", deployment.currentStepJson());
    return event;
  }

  static ObjectNode deploymentSuccess(Deployment deployment, String now) {
    ObjectNode event = event("deployment_success", now).put("id", deployment.id());
    event.set("plan", deployment.planJson());
    return event;
  }

  static ObjectNode deploymentFailed(Deployment deployment, String reason, String now) {
    ObjectNode event = event("deployment_failed", now).put("id", deployment.id());
    event.set("plan", deployment.planJson());
    return event.put("reason", reason);
  }

  static ObjectNode appTerminated(String appId, String now) {
    return event("app_terminated_event", now).put("appId", appId);
  }
}
