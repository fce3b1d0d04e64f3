package fob.gateway.function;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.function.Environment;
import fob.function.SecretUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The environment in the settings of a registration: {@code env.NAME=value} for each variable, and
 * {@code secret=NAME} or {@code secret=NAME:file}, with commas between several. The same can be
 * JSON: {@code {"env": {"NAME": "value"}, "secrets": ["NAME"]}}.
 */
final class EnvironmentSettings {

  /** The parameter that may be given several times. */
  static final String SECRET = "secret";

  private static final String PREFIX = "env.";

  private EnvironmentSettings() {}

  /** Whether this class reads the parameter. */
  static boolean reads(String parameter) {
    return parameter.equals(SECRET) || parameter.startsWith(PREFIX);
  }

  /**
   * Reads the environment.
   *
   * @param problems gets what is wrong, for the user
   */
  static Environment from(Map<String, String> parameters, List<String> problems) {
    Map<String, String> variables = new TreeMap<>();
    parameters.forEach((name, value) -> {
      if (name.startsWith(PREFIX)) {
        variables.put(name.substring(PREFIX.length()), value);
      }
    });
    try {
      return new Environment(variables, secrets(parameters.get(SECRET)));
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return Environment.EMPTY;
    }
  }

  private static List<SecretUse> secrets(@Nullable String list) {
    List<SecretUse> secrets = new ArrayList<>();
    if (list != null) {
      for (String each : list.split(",", -1)) {
        secrets.add(SecretUse.parse(each));
      }
    }
    return secrets;
  }

  /**
   * Adds settings in JSON to those of the query. Besides {@code env} and {@code secrets}, each
   * member is a setting with the name of its query parameter.
   *
   * @throws IllegalArgumentException if it is not such JSON, or a setting is given twice; the
   *     message is for the user
   */
  static Map<String, String> merge(Map<String, String> query, byte[] json) {
    Map<String, String> all = new LinkedHashMap<>(query);
    JsonNode settings = Json.parse(json);
    if (!settings.isObject()) {
      throw new IllegalArgumentException(
          "the settings must be a JSON object, such as {\"env\": {\"NAME\": \"value\"}}");
    }
    settings
        .propertyStream()
        .forEach(each -> {
          switch (each.getKey()) {
            case "env" -> addVariables(all, each.getValue());
            case "secrets" -> addSecrets(all, each.getValue());
            default -> add(all, each.getKey(), scalar(each.getKey(), each.getValue()));
          }
        });
    return all;
  }

  private static void addVariables(Map<String, String> all, JsonNode variables) {
    if (!variables.isObject()) {
      throw new IllegalArgumentException("'env' must be an object, such as {\"NAME\": \"value\"}");
    }
    variables
        .propertyStream()
        .forEach(each -> add(all, PREFIX + each.getKey(), scalar(each.getKey(), each.getValue())));
  }

  private static void addSecrets(Map<String, String> all, JsonNode secrets) {
    if (!secrets.isArray()) {
      throw new IllegalArgumentException("'secrets' must be an array, such as [\"NAME\"]");
    }
    if (!secrets.isEmpty()) {
      List<String> names = secrets.valueStream().map(each -> scalar("secrets", each)).toList();
      add(all, SECRET, String.join(",", names));
    }
  }

  private static String scalar(String name, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      throw new IllegalArgumentException(
          "'%s' must be a text, a number, or true or false".formatted(name));
    }
    return value.asText();
  }

  private static void add(Map<String, String> all, String name, String value) {
    if (all.put(name, value) != null) {
      throw new IllegalArgumentException(
          "'%s' is given twice, in the query and in the settings".formatted(name));
    }
  }
}
