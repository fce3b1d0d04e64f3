package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Turns what a client sends into the form that Marathon stores and answers: {@link #modernize}
 * rewrites fields from before 1.5, {@link #complete} adds the defaults. Neither changes its
 * argument.
 */
final class AppNormalization {

  private AppNormalization() {}

  /** The same app, or part of one, without nulls and without fields from before 1.5. */
  static ObjectNode modernize(ObjectNode raw) {
    ObjectNode app = raw.deepCopy();
    dropNulls(app);
    ObjectNode container = Json.objectOrEmpty(app.path("container"));
    ObjectNode docker = Json.objectOrEmpty(container.path("docker"));
    if (Json.has(docker, "network")) {
      app.set("networks", networks(docker.path("network").asText(), app));
    } else if (Json.has(app, "ipAddress") && !Json.has(app, "networks")) {
      ObjectNode network = Json.object().put("mode", "container");
      network.set("name", app.path("ipAddress").path("networkName"));
      app.putArray("networks").add(network);
    }
    if (docker.has("portMappings")) {
      container.set("portMappings", docker.get("portMappings"));
    }
    docker.remove(List.of("network", "portMappings"));
    if (app.has("ports")) {
      ArrayNode definitions = Json.array();
      app.get("ports").forEach(port -> definitions.addObject().set("port", port));
      app.set("portDefinitions", definitions);
    }
    if (app.has("uris")) {
      ArrayNode fetch = Json.array();
      app.get("uris").forEach(uri -> fetch.addObject().set("uri", uri));
      app.set("fetch", fetch);
    }
    app.remove(List.of("ipAddress", "ports", "uris"));
    return app;
  }

  private static ArrayNode networks(String dockerNetwork, ObjectNode app) {
    ArrayNode networks = Json.array();
    switch (dockerNetwork) {
      case "BRIDGE" -> networks.addObject().put("mode", "container/bridge");
      case "HOST" -> networks.addObject().put("mode", "host");
      case "USER" -> {
        JsonNode name = app.path("ipAddress").path("networkName");
        ObjectNode network = networks.addObject().put("mode", "container");
        if (name.isTextual()) {
          network.set("name", name);
        }
      }
      default -> throw Refusal.of(500, "unsupported docker network type " + dockerNetwork);
    }
    return networks;
  }

  /**
   * The same app with every default.
   *
   * @param group what a relative id is relative to
   * @param role the role of an app that names none
   */
  static ObjectNode complete(ObjectNode modern, String group, String role) {
    ObjectNode app = modern.deepCopy();
    if (app.path("id").isTextual()) {
      app.put("id", PathId.absolute(app.path("id").asText(), group));
    }
    Json.putDefault(app, "role", role);
    scalars(app);
    Json.putDefault(app, "networks", Json.array().add(Json.object().put("mode", "host")));
    boolean host = isHost(app);
    if (app.get("container") instanceof ObjectNode container) {
      ContainerDefaults.apply(container, host);
    }
    ports(app, host);
    for (JsonNode check : app.withArray("healthChecks")) {
      healthCheck(Json.objectOrEmpty(check), hasPorts(app));
    }
    for (JsonNode fetch : app.withArray("fetch")) {
      ObjectNode item = Json.objectOrEmpty(fetch);
      Json.putDefault(item, "extract", true);
      Json.putDefault(item, "executable", false);
      Json.putDefault(item, "cache", false);
    }
    ArrayNode dependencies = Json.array();
    for (JsonNode dependency : app.path("dependencies")) {
      dependencies.add(
          PathId.absolute(dependency.asText(), PathId.parent(app.path("id").asText())));
    }
    app.set("dependencies", dependencies);
    return app;
  }

  private static void scalars(ObjectNode app) {
    Json.putDefault(app, "instances", 1);
    Json.putDefault(app, "cpus", 1);
    Json.putDefault(app, "mem", 128);
    Json.putDefault(app, "disk", 0);
    Json.putDefault(app, "gpus", 0);
    Json.putDefault(app, "executor", "");
    Json.putDefault(app, "env", Json.object());
    Json.putDefault(app, "labels", Json.object());
    Json.putDefault(app, "constraints", Json.array());
    Json.putDefault(app, "requirePorts", false);
    Json.putDefault(app, "killSelection", "YOUNGEST_FIRST");
    Json.putDefault(app, "backoffSeconds", 1);
    Json.putDefault(app, "backoffFactor", Json.MAPPER.getNodeFactory().numberNode(1.15));
    Json.putDefault(app, "maxLaunchDelaySeconds", 300);
    ObjectNode upgrade = app.withObject("/upgradeStrategy");
    Json.putDefault(upgrade, "minimumHealthCapacity", 1);
    Json.putDefault(upgrade, "maximumOverCapacity", 1);
    plainNumbers(upgrade, "minimumHealthCapacity", "maximumOverCapacity");
    plainNumbers(
        app,
        "cpus",
        "mem",
        "disk",
        "instances",
        "backoffSeconds",
        "backoffFactor",
        "maxLaunchDelaySeconds");
    Json.putDefault(
        app,
        "unreachableStrategy",
        Json.object().put("inactiveAfterSeconds", 0).put("expungeAfterSeconds", 0));
  }

  // 1 and 1.0 are the same app
  private static void plainNumbers(ObjectNode node, String... fields) {
    for (String field : fields) {
      JsonNode value = node.path(field);
      if (value.isNumber()) {
        double number = value.asDouble();
        boolean whole = number == Math.rint(number) && Math.abs(number) < Integer.MAX_VALUE;
        node.set(
            field,
            whole
                ? Json.MAPPER.getNodeFactory().numberNode((int) number)
                : Json.MAPPER.getNodeFactory().numberNode(number));
      }
    }
  }

  private static boolean isHost(ObjectNode app) {
    return app.path("networks").path(0).path("mode").asText("container").equals("host");
  }

  private static void ports(ObjectNode app, boolean host) {
    if (!host) {
      app.remove("portDefinitions");
      return;
    }
    if (!Json.has(app, "portDefinitions") && !app.path("container").has("portMappings")) {
      app.putArray("portDefinitions").addObject().put("port", 0).put("name", "default");
    }
    for (JsonNode definition : app.path("portDefinitions")) {
      ObjectNode item = Json.objectOrEmpty(definition);
      Json.putDefault(item, "port", 0);
      Json.putDefault(item, "protocol", "tcp");
      Json.putDefault(item, "labels", Json.object());
    }
  }

  private static boolean hasPorts(ObjectNode app) {
    return !app.path("container").path("portMappings").isEmpty()
        || !app.path("portDefinitions").isEmpty();
  }

  private static void healthCheck(ObjectNode check, boolean hasPorts) {
    Json.putDefault(check, "protocol", "HTTP");
    Json.putDefault(check, "gracePeriodSeconds", 300);
    Json.putDefault(check, "intervalSeconds", 60);
    Json.putDefault(check, "timeoutSeconds", 20);
    Json.putDefault(check, "maxConsecutiveFailures", 3);
    Json.putDefault(check, "delaySeconds", 15);
    String protocol = check.path("protocol").asText();
    if (protocol.endsWith("HTTP") || protocol.endsWith("HTTPS")) {
      Json.putDefault(check, "path", "/");
      Json.putDefault(check, "ipProtocol", "IPv4");
    }
    if (hasPorts && !protocol.equals("COMMAND") && !Json.has(check, "port")) {
      Json.putDefault(check, "portIndex", 0);
    }
  }

  private static void dropNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(entry -> entry.getValue().isNull());
    }
    node.forEach(AppNormalization::dropNulls);
  }
}
