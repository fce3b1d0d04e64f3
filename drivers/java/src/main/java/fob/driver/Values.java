package fob.driver;

import fob.driver.json.JsonNumber;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the JSON reader makes. */
final class Values {

  private Values() {}

  /** Returns a value of any type, with Double for numbers with a fraction. */
  @SuppressWarnings("unchecked") // the reader makes such collections, and nobody else has them
  static @Nullable Object natural(@Nullable Object json) {
    switch (json) {
      case JsonNumber number -> {
        return number.doubleValue();
      }
      case List<?> list -> ((List<@Nullable Object>) list).replaceAll(Values::natural);
      case Map<?, ?> map ->
          ((Map<String, @Nullable Object>) map).replaceAll((name, value) -> natural(value));
      case null, default -> {}
    }
    return json;
  }

  static String described(@Nullable Object json) {
    return switch (json) {
      case null -> "null";
      case String text -> "the text \"" + Failure.cut(text, 100) + "\"";
      case Number number -> "the number " + Failure.cut(number.toString(), 100);
      case Boolean bool -> bool.toString();
      case List<?> list -> "a list";
      case Map<?, ?> map -> "an object";
      default -> json.getClass().getSimpleName();
    };
  }
}
