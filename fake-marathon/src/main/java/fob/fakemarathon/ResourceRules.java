package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The rules for numbers: resources, instances, backoff, upgrade strategy. */
final class ResourceRules {

  private ResourceRules() {}

  static void check(ObjectNode app, Problems problems) {
    for (String field :
        List.of(
            "cpus",
            "mem",
            "disk",
            "gpus",
            "instances",
            "backoffSeconds",
            "maxLaunchDelaySeconds",
            "taskKillGracePeriodSeconds")) {
      problems.require(
          app.path(field).asDouble(0) >= 0,
          "/" + field,
          "got " + app.path(field).asText() + ", expected 0.0 or more");
    }
    double cpus = app.path("cpus").asDouble();
    problems.require(
        cpus <= 0 || cpus >= 0.001, "/cpus", "got " + cpus + ", expected 0.001 or more");
    problems.require(
        app.path("backoffFactor").asDouble() >= 1,
        "/backoffFactor",
        "got " + app.path("backoffFactor").asText() + ", expected 1.0 or more");
    limits(app, problems);
    upgradeStrategy(app, problems);
  }

  private static void limits(ObjectNode app, Problems problems) {
    for (String field : List.of("cpus", "mem")) {
      JsonNode limit = app.path("resourceLimits").path(field);
      if (limit.isMissingNode() || limit.asText().equals("unlimited")) {
        continue;
      }
      problems.require(
          limit.isNumber() && limit.asDouble() >= app.path(field).asDouble(),
          "/resourceLimits/" + field,
          "must be \"unlimited\" or at least " + app.path(field).asText());
    }
  }

  private static void upgradeStrategy(ObjectNode app, Problems problems) {
    JsonNode strategy = app.path("upgradeStrategy");
    for (String field : List.of("minimumHealthCapacity", "maximumOverCapacity")) {
      double value = strategy.path(field).asDouble();
      problems.require(
          value >= 0 && value <= 1,
          "/upgradeStrategy/" + field,
          "got " + value + ", expected between 0.0 and 1.0");
    }
    if (app.path("labels").path("MARATHON_SINGLE_INSTANCE_APP").asText().equals("true")) {
      problems.require(
          app.path("instances").asInt() <= 1,
          "/instances",
          "Single instance app may only have one instance");
      problems.require(
          strategy.path("minimumHealthCapacity").asDouble() == 0
              && strategy.path("maximumOverCapacity").asDouble() == 0,
          "/upgradeStrategy",
          "Single instance app must have minimumHealthCapacity 0 and maximumOverCapacity 0");
    }
  }
}
