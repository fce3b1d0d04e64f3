package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The rules for {@code env} and {@code secrets}. */
final class EnvironmentRules {

  private EnvironmentRules() {}

  static void check(ObjectNode app, AppRules.Setting setting, Problems problems) {
    JsonNode secrets = app.path("secrets");
    boolean used = !secrets.isEmpty();
    for (Map.Entry<String, JsonNode> variable : app.path("env").properties()) {
      String path = "/env/" + variable.getKey();
      JsonNode value = variable.getValue();
      problems.require(!variable.getKey().isEmpty(), "/env", "a variable must have a name");
      problems.require(
          value.isTextual() || value.path("secret").isTextual(),
          path,
          "must be a string or {\"secret\": \"<name>\"}");
      if (value.path("secret").isTextual()) {
        used = true;
        problems.require(
            secrets.has(value.path("secret").asText()),
            path,
            "secret '" + value.path("secret").asText() + "' is not defined in secrets");
      }
    }
    problems.require(
        !used || setting.secrets(),
        "/secrets",
        "Feature secrets is not enabled. Enable with --enable_features secrets)");
    for (Map.Entry<String, JsonNode> secret : secrets.properties()) {
      problems.require(
          !secret.getValue().path("source").asText().isEmpty(),
          "/secrets/" + secret.getKey() + "/source",
          "must not be empty");
    }
  }
}
