package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** How a function looks in texts. */
final class FunctionText {

  private FunctionText() {}

  /** Returns such as {@code add@3}, or the id of a function without a name. */
  static String title(JsonNode function) {
    String name = function.path("name").asText();
    if (name.isEmpty()) {
      return function.path("id").asText();
    }
    return function.path("version").isNumber()
        ? name + "@" + function.path("version").asText()
        : name;
  }

  /** Returns how long ago a time was, such as {@code 5m}; an empty text if it is no time. */
  static String age(String time, Instant now) {
    try {
      Duration age = Duration.between(Instant.parse(time), now);
      if (age.toDays() > 0) {
        return age.toDays() + "d";
      }
      if (age.toHours() > 0) {
        return age.toHours() + "h";
      }
      return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
    } catch (DateTimeException _) {
      return "";
    }
  }
}
