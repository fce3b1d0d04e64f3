package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One place of an app and the task in it; a task that failed is followed by another one in the same
 * place. Guarded by the core's lock.
 */
final class Instance {

  /** Why a task that is being killed has to go, and so what comes after it. */
  enum Killing {
    NO,
    /** The instance goes with it. */
    FOR_GOOD,
    /** Another task follows at once. */
    TO_REPLACE,
    /** Another task follows, after a backoff. */
    AS_UNHEALTHY
  }

  final String id;
  int incarnation = 0;
  App launchedFrom;
  Killing killing = Killing.NO;

  /** The task's Mesos state; null while there is none, or no state of it yet. */
  @Nullable String state;

  boolean launched;
  String stagedAt = "";
  @Nullable String startedAt;
  String host = "";
  List<Integer> ports = List.of();
  String containerIp = "";
  final HealthState health = new HealthState();

  Instance(App app) {
    this.id = PathId.safe(app.id()) + ".instance-" + UUID.randomUUID();
    this.launchedFrom = app;
  }

  String taskId() {
    return id + "._app." + incarnation;
  }

  boolean isRunning() {
    return "TASK_RUNNING".equals(state);
  }

  boolean isReady() {
    return killing == Killing.NO
        && isRunning()
        && (!launchedFrom.hasHealthChecks() || Boolean.TRUE.equals(health.alive()));
  }

  void nextTask(App app, String now) {
    incarnation++;
    launchedFrom = app;
    killing = Killing.NO;
    state = null;
    launched = true;
    stagedAt = now;
    startedAt = null;
    ports = List.of();
    health.clear();
  }

  void taskGone() {
    launched = false;
    state = null;
    ports = List.of();
    health.clear();
  }

  ObjectNode json(boolean healthKnown) {
    ObjectNode task = Json.object();
    task.put("id", taskId());
    task.put("appId", launchedFrom.id());
    task.put("host", host);
    task.put("slaveId", Events.AGENT);
    task.put("state", state == null ? "TASK_STAGING" : state);
    task.put("stagedAt", stagedAt);
    if (startedAt != null) {
      task.put("startedAt", startedAt);
    }
    task.put("version", launchedFrom.version());
    task.put("role", launchedFrom.spec().path("role").asText());
    task.set("ports", Json.ints(ports));
    task.set("servicePorts", Json.ints(ServicePorts.of(launchedFrom.spec())));
    task.set("ipAddresses", ipAddresses());
    task.set("localVolumes", Json.array());
    ArrayNode results = task.putArray("healthCheckResults");
    if (healthKnown && health.alive() != null) {
      results.add(health.json(id));
    }
    return task;
  }

  ArrayNode ipAddresses() {
    ArrayNode addresses = Json.array();
    if (!containerIp.isEmpty()) {
      addresses.addObject().put("ipAddress", containerIp).put("protocol", "IPv4");
    }
    return addresses;
  }
}
