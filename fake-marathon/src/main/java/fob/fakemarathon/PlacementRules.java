package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** The rules for constraints, kills, unreachable tasks and what is fetched. */
final class PlacementRules {

  private static final Set<String> OPERATORS =
      Set.of("UNIQUE", "CLUSTER", "GROUP_BY", "LIKE", "UNLIKE", "MAX_PER", "IS");
  private static final Set<String> NEED_A_VALUE = Set.of("LIKE", "UNLIKE", "MAX_PER", "IS");
  private static final int MAX_URI = 1024;

  private PlacementRules() {}

  static void check(ObjectNode app, Problems problems) {
    constraints(app.path("constraints"), problems);
    String selection = app.path("killSelection").asText();
    problems.require(
        selection.equals("YOUNGEST_FIRST") || selection.equals("OLDEST_FIRST"),
        "/killSelection",
        "must be YOUNGEST_FIRST or OLDEST_FIRST");
    unreachable(app.path("unreachableStrategy"), problems);
    JsonNode fetch = app.path("fetch");
    for (int i = 0; i < fetch.size(); i++) {
      String uri = fetch.get(i).path("uri").asText();
      problems.require(
          !uri.isEmpty() && uri.length() <= MAX_URI,
          "/fetch(" + i + ")/uri",
          "must have 1 to " + MAX_URI + " characters");
    }
  }

  private static void constraints(JsonNode constraints, Problems problems) {
    for (int i = 0; i < constraints.size(); i++) {
      JsonNode constraint = constraints.get(i);
      String path = "/constraints(" + i + ")";
      String operator = constraint.path(1).asText();
      String value = constraint.path(2).asText();
      problems.require(
          constraint.size() == 2 || constraint.size() == 3,
          path,
          "Each constraint must have either 2 or 3 elements");
      problems.require(
          OPERATORS.contains(operator), path, "Constraint operator must be one of " + OPERATORS);
      problems.require(
          !NEED_A_VALUE.contains(operator) || !value.isEmpty(),
          path,
          "A value is required for " + operator + " operators");
      problems.require(
          !operator.equals("UNIQUE") || value.isEmpty(),
          path,
          "Value specified but not used by UNIQUE");
      problems.require(
          !operator.equals("MAX_PER") || value.matches("[0-9]{1,9}"),
          path,
          "Value was not a valid integer for MAX_PER");
      problems.require(
          !operator.equals("GROUP_BY") || value.isEmpty() || value.matches("[0-9]{1,9}"),
          path,
          "Value was not a valid integer for GROUP_BY");
    }
  }

  private static void unreachable(JsonNode strategy, Problems problems) {
    if (strategy.isTextual()) {
      problems.require(
          strategy.asText().equals("disabled"),
          "/unreachableStrategy",
          "must be an object or \"disabled\"");
      return;
    }
    problems.require(
        strategy.path("inactiveAfterSeconds").asLong() >= 0
            && strategy.path("inactiveAfterSeconds").asLong()
                <= strategy.path("expungeAfterSeconds").asLong(),
        "/unreachableStrategy",
        "inactiveAfterSeconds must not be negative, nor more than expungeAfterSeconds");
  }
}
