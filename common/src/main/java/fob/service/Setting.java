package fob.service;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An environment variable that a program reads.
 *
 * @param key the variable's name
 * @param defaultValue the default value as users write it; empty if there is none
 * @param meaning the variable's purpose, for {@code --help}
 */
public record Setting(String key, String defaultValue, String meaning) {

  static Setting of(String key, Object defaultValue, String meaning) {
    return new Setting(key, text(defaultValue), meaning);
  }

  private static String text(Object value) {
    return switch (value) {
      case Duration duration -> Durations.text(duration);
      case Collection<?> values ->
          values.stream().map(Object::toString).collect(Collectors.joining(","));
      case Optional<?> optional -> optional.map(Object::toString).orElse("");
      default -> value.toString();
    };
  }
}
