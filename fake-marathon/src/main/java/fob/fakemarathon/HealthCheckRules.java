package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** The rules for health and readiness checks. */
final class HealthCheckRules {

  private static final Set<String> PROTOCOLS =
      Set.of("HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_HTTP", "MESOS_HTTPS", "MESOS_TCP");

  private HealthCheckRules() {}

  static void check(ObjectNode app, Problems problems) {
    JsonNode checks = app.path("healthChecks");
    int mesosChecks = 0;
    for (int i = 0; i < checks.size(); i++) {
      String protocol = checks.get(i).path("protocol").asText();
      mesosChecks += protocol.startsWith("MESOS_") || protocol.equals("COMMAND") ? 1 : 0;
      one(checks.get(i), "/healthChecks(" + i + ")", ports(app), problems);
    }
    problems.require(
        mesosChecks <= 1,
        "/healthChecks",
        "AppDefinition can contain at most one Mesos health check");
    readiness(app, problems);
  }

  private static int ports(ObjectNode app) {
    return app.path("container").path("portMappings").size() + app.path("portDefinitions").size();
  }

  private static void one(JsonNode check, String path, int ports, Problems problems) {
    String protocol = check.path("protocol").asText();
    problems.require(
        PROTOCOLS.contains(protocol), path + "/protocol", "must be one of " + PROTOCOLS);
    if (protocol.equals("COMMAND")) {
      problems.require(check.path("command").has("value"), path + "/command", "must not be empty");
    } else {
      problems.require(
          check.has("portIndex") != check.has("port"),
          path,
          "Health check must specify either a port or a portIndex");
      int index = check.path("portIndex").asInt(0);
      problems.require(
          check.has("port") || (index >= 0 && index < ports),
          path + "/portIndex",
          "Health check port indices must address an element of the ports array or container port"
              + " mappings.");
    }
    for (String field :
        List.of(
            "delaySeconds",
            "gracePeriodSeconds",
            "intervalSeconds",
            "timeoutSeconds",
            "maxConsecutiveFailures")) {
      problems.require(check.path(field).asInt() >= 0, path + "/" + field, "must not be negative");
    }
  }

  private static void readiness(ObjectNode app, Problems problems) {
    JsonNode checks = app.path("readinessChecks");
    problems.require(
        checks.size() <= 1, "/readinessChecks", "may have at most one readiness check");
    List<String> names =
        app.path("container")
            .path("portMappings")
            .valueStream()
            .map(mapping -> mapping.path("name").asText())
            .toList();
    for (int i = 0; i < checks.size(); i++) {
      JsonNode check = checks.get(i);
      String path = "/readinessChecks(" + i + ")";
      problems.require(
          check.path("timeoutSeconds").asInt(10) < check.path("intervalSeconds").asInt(30),
          path + "/timeoutSeconds",
          "must be less than intervalSeconds");
      problems.require(
          !check.has("portName")
              || names.isEmpty()
              || names.contains(check.path("portName").asText()),
          path + "/portName",
          "No port definition reference for portName " + check.path("portName").asText());
    }
  }
}
