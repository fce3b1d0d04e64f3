package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The types of an app's fields, as Marathon's own reader checks them before any rule. Null is the
 * same as absent, and fields that are not listed are ignored, as Marathon ignores them.
 */
final class AppShape {

  private sealed interface Shape {
    /** Any JSON. */
    record Any() implements Shape {}

    record Text() implements Shape {}

    record Whole() implements Shape {}

    record Decimal() implements Shape {}

    record Flag() implements Shape {}

    record ListOf(Shape item) implements Shape {}

    record MapOf(Shape value) implements Shape {}

    record Fields(Map<String, Shape> fields) implements Shape {}
  }

  private static final Shape ANY = new Shape.Any();
  private static final Shape TEXT = new Shape.Text();
  private static final Shape WHOLE = new Shape.Whole();
  private static final Shape DECIMAL = new Shape.Decimal();
  private static final Shape FLAG = new Shape.Flag();
  private static final Shape TEXTS = new Shape.ListOf(TEXT);
  private static final Shape LABELS = new Shape.MapOf(TEXT);

  private static final Shape PORT_MAPPINGS =
      new Shape.ListOf(
          fields(
              Map.entry("containerPort", WHOLE),
              Map.entry("hostPort", WHOLE),
              Map.entry("servicePort", WHOLE),
              Map.entry("protocol", TEXT),
              Map.entry("name", TEXT),
              Map.entry("labels", LABELS)));

  private static final Shape DOCKER =
      fields(
          Map.entry("image", TEXT),
          Map.entry("network", TEXT),
          Map.entry("forcePullImage", FLAG),
          Map.entry("privileged", FLAG),
          Map.entry("portMappings", PORT_MAPPINGS),
          Map.entry(
              "parameters",
              new Shape.ListOf(fields(Map.entry("key", TEXT), Map.entry("value", TEXT)))));

  private static final Shape CONTAINER =
      fields(
          Map.entry("type", TEXT),
          Map.entry("docker", DOCKER),
          Map.entry("portMappings", PORT_MAPPINGS),
          Map.entry("volumes", new Shape.ListOf(fields())));

  private static final Shape HEALTH_CHECK =
      fields(
          Map.entry("protocol", TEXT),
          Map.entry("path", TEXT),
          Map.entry("portIndex", WHOLE),
          Map.entry("port", WHOLE),
          Map.entry("delaySeconds", WHOLE),
          Map.entry("gracePeriodSeconds", WHOLE),
          Map.entry("intervalSeconds", WHOLE),
          Map.entry("timeoutSeconds", WHOLE),
          Map.entry("maxConsecutiveFailures", WHOLE),
          Map.entry("command", fields(Map.entry("value", TEXT))));

  private static final Shape APP =
      fields(
          Map.entry("id", TEXT),
          Map.entry("cmd", TEXT),
          Map.entry("args", TEXTS),
          Map.entry("user", TEXT),
          Map.entry("role", TEXT),
          Map.entry("env", new Shape.MapOf(ANY)),
          Map.entry("secrets", new Shape.MapOf(fields(Map.entry("source", TEXT)))),
          Map.entry("labels", LABELS),
          Map.entry("cpus", DECIMAL),
          Map.entry("mem", DECIMAL),
          Map.entry("disk", DECIMAL),
          Map.entry("gpus", WHOLE),
          Map.entry("instances", WHOLE),
          Map.entry("resourceLimits", fields(Map.entry("cpus", ANY), Map.entry("mem", ANY))),
          Map.entry("container", CONTAINER),
          Map.entry(
              "networks",
              new Shape.ListOf(fields(Map.entry("mode", TEXT), Map.entry("name", TEXT)))),
          Map.entry("healthChecks", new Shape.ListOf(HEALTH_CHECK)),
          Map.entry(
              "readinessChecks",
              new Shape.ListOf(
                  fields(
                      Map.entry("name", TEXT),
                      Map.entry("portName", TEXT),
                      Map.entry("intervalSeconds", WHOLE),
                      Map.entry("timeoutSeconds", WHOLE)))),
          Map.entry("constraints", new Shape.ListOf(TEXTS)),
          Map.entry("acceptedResourceRoles", TEXTS),
          Map.entry("dependencies", TEXTS),
          Map.entry("uris", TEXTS),
          Map.entry("ports", new Shape.ListOf(WHOLE)),
          Map.entry("requirePorts", FLAG),
          Map.entry(
              "fetch",
              new Shape.ListOf(
                  fields(
                      Map.entry("uri", TEXT),
                      Map.entry("extract", FLAG),
                      Map.entry("executable", FLAG),
                      Map.entry("cache", FLAG),
                      Map.entry("destPath", TEXT)))),
          Map.entry(
              "upgradeStrategy",
              fields(
                  Map.entry("minimumHealthCapacity", DECIMAL),
                  Map.entry("maximumOverCapacity", DECIMAL))),
          Map.entry("killSelection", TEXT),
          Map.entry("taskKillGracePeriodSeconds", WHOLE),
          Map.entry("backoffSeconds", DECIMAL),
          Map.entry("backoffFactor", DECIMAL),
          Map.entry("maxLaunchDelaySeconds", DECIMAL),
          Map.entry("version", TEXT));

  private AppShape() {}

  /** The fields of an app, or of a part of one, that have the wrong type. */
  static List<Problem> check(JsonNode app) {
    List<Problem> problems = new ArrayList<>();
    check(APP, app, "", problems);
    return problems;
  }

  @SafeVarargs
  private static Shape fields(Map.Entry<String, Shape>... fields) {
    Map<String, Shape> all = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> field : fields) {
      all.put(field.getKey(), field.getValue());
    }
    return new Shape.Fields(all);
  }

  private static void check(Shape shape, JsonNode node, String path, List<Problem> problems) {
    if (node.isMissingNode() || node.isNull()) {
      return;
    }
    switch (shape) {
      case Shape.Any() -> {}
      case Shape.Text() -> expect(node.isTextual(), "jsstring", path, problems);
      case Shape.Whole() ->
          expect(
              node.isNumber() && node.decimalValue().stripTrailingZeros().scale() <= 0,
              node.isNumber() ? "int" : "jsnumber",
              path,
              problems);
      case Shape.Decimal() -> expect(node.isNumber(), "jsnumber", path, problems);
      case Shape.Flag() -> expect(node.isBoolean(), "jsboolean", path, problems);
      case Shape.ListOf(Shape item) -> {
        expect(node.isArray(), "jsarray", path, problems);
        for (int i = 0; node.isArray() && i < node.size(); i++) {
          check(item, node.get(i), path + "(" + i + ")", problems);
        }
      }
      case Shape.MapOf(Shape value) -> {
        expect(node.isObject(), "jsobject", path, problems);
        node.properties()
            .forEach(
                entry -> check(value, entry.getValue(), path + "/" + entry.getKey(), problems));
      }
      case Shape.Fields(Map<String, Shape> fields) -> {
        expect(node.isObject(), "jsobject", path, problems);
        fields.forEach((name, field) -> check(field, node.path(name), path + "/" + name, problems));
      }
    }
  }

  private static void expect(boolean right, String type, String path, List<Problem> problems) {
    if (!right) {
      problems.add(new Problem(path.isEmpty() ? "/" : path, "error.expected." + type));
    }
  }
}
