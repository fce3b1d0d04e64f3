package fob.gateway.function;

import fob.function.Limits;
import fob.service.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads single settings of a registration, and notes those that are wrong. Used by one thread.
 *
 * @param parameters the settings as the user wrote them
 * @param problems gets a sentence for each setting that is wrong
 */
record SettingReader(Map<String, String> parameters, List<String> problems) {

  private static final Pattern CPUS = Pattern.compile("\\d{1,2}([.]\\d{1,3})?");

  /** Returns a whole number; its standard value if it is missing or wrong. */
  int number(String key, int standard, int min, int max) {
    return read(
        key,
        standard,
        "a whole number from " + min + " to " + max,
        text -> within(Integer.parseInt(text), min, max));
  }

  /**
   * Returns a setting; its standard value if it is missing or wrong.
   *
   * @param expected what a right value looks like, for the user
   * @param parser throws an IllegalArgumentException for a wrong value
   */
  <T extends @Nullable Object> T read(
      String key, T standard, String expected, Function<String, T> parser) {
    String text = parameters.get(key);
    if (text == null) {
      return standard;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      problems.add("%s='%s': expected %s".formatted(key, text, expected));
      return standard;
    }
  }

  /**
   * @throws IllegalArgumentException if the text is not a duration, or is out of bounds
   */
  static Duration duration(String text, Duration min, Duration max) {
    Duration duration = Durations.parse(text);
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw new IllegalArgumentException();
    }
    return duration;
  }

  static int cpuMillis(String text) {
    if (!CPUS.matcher(text).matches()) {
      throw new IllegalArgumentException();
    }
    int millis = new BigDecimal(text).movePointRight(Limits.CPU_DECIMALS).intValueExact();
    return within(millis, Limits.MIN_CPU_MILLIS, Limits.MAX_CPU_MILLIS);
  }

  static int within(int number, int min, int max) {
    if (number < min || number > max) {
      throw new IllegalArgumentException();
    }
    return number;
  }

  static boolean trueOrFalse(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }
}
