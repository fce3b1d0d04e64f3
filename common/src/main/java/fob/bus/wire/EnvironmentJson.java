package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.Environment;
import fob.function.SecretUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment of a function as JSON: {@code "env": {"NAME": "text"}} and {@code "secrets":
 * ["NAME", "NAME:file"]}. Empty ones are left out.
 */
final class EnvironmentJson {

  private static final String AS_FILE = ":file";

  private EnvironmentJson() {}

  static void write(ObjectNode json, Environment environment) {
    if (!environment.variables().isEmpty()) {
      ObjectNode variables = json.putObject("env");
      environment.variables().forEach(variables::put);
    }
    if (!environment.secrets().isEmpty()) {
      ArrayNode secrets = json.putArray("secrets");
      environment
          .secrets()
          .forEach(secret -> secrets.add(secret.name() + (secret.asFile() ? AS_FILE : "")));
    }
  }

  /**
   * @throws IllegalArgumentException if the JSON is not such an environment
   */
  static Environment read(JsonNode json) {
    Map<String, String> variables = new TreeMap<>();
    json.path("env")
        .propertyStream()
        .forEach(each -> variables.put(each.getKey(), text(each.getKey(), each.getValue())));
    List<SecretUse> secrets = new ArrayList<>();
    for (JsonNode each : json.path("secrets")) {
      String text = text("secrets", each);
      boolean asFile = text.endsWith(AS_FILE);
      secrets.add(
          new SecretUse(
              asFile ? text.substring(0, text.length() - AS_FILE.length()) : text, asFile));
    }
    return new Environment(variables, secrets);
  }

  private static String text(String field, JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' must be a text, not " + value);
    }
    return value.textValue();
  }
}
