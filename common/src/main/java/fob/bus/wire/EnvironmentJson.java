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
public final class EnvironmentJson {

  private EnvironmentJson() {}

  public static void write(ObjectNode json, Environment environment) {
    if (!environment.variables().isEmpty()) {
      ObjectNode variables = json.putObject("env");
      environment.variables().forEach(variables::put);
    }
    if (!environment.secrets().isEmpty()) {
      ArrayNode secrets = json.putArray("secrets");
      environment.secrets().forEach(secret -> secrets.add(secret.toString()));
    }
  }

  /**
   * @throws IllegalArgumentException if the JSON is not such an environment
   */
  static Environment read(JsonNode json) {
    JsonNode env = json.path("env");
    if (!env.isMissingNode() && !env.isObject()) {
      throw new IllegalArgumentException("'env' must be an object of texts");
    }
    Map<String, String> variables = new TreeMap<>();
    env.propertyStream()
        .forEach(each -> variables.put(each.getKey(), text(each.getKey(), each.getValue())));
    JsonNode names = json.path("secrets");
    if (!names.isMissingNode() && !names.isArray()) {
      throw new IllegalArgumentException("'secrets' must be an array of names");
    }
    List<SecretUse> secrets = new ArrayList<>();
    names.forEach(each -> secrets.add(SecretUse.parse(text("secrets", each))));
    return new Environment(variables, secrets);
  }

  private static String text(String field, JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' must be a text");
    }
    return value.textValue();
  }
}
