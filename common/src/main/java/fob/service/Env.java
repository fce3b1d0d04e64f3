package fob.service;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads settings from environment variables and gathers every problem, so that a user who has three
 * mistakes hears of three. Read everything first, then call {@link #requireNoProblems}. Not
 * thread-safe.
 */
public final class Env {

  private static final String OURS = "FOB_";

  private final Map<String, String> values;
  private final TreeSet<String> known = new TreeSet<>();
  private final TreeSet<String> knownPrefixes = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  /** The environment is a parameter, so that a test needs none. */
  public Env(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  public String text(String key, String standard) {
    return read(key, standard, "a text that is not empty", text -> text);
  }

  /** A text that may be absent. */
  public Optional<String> optional(String key) {
    String text = text(key, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  public int integer(String key, int standard, int min, int max) {
    return read(
        key,
        standard,
        "a whole number from " + min + " to " + max,
        text -> {
          int number = Integer.parseInt(text);
          if (number < min || number > max) {
            throw new IllegalArgumentException();
          }
          return number;
        });
  }

  public boolean flag(String key, boolean standard) {
    return read(
        key,
        standard,
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /** A TCP port; 0 takes a free one. */
  public int port(String key, int standard) {
    return integer(key, standard, 0, 65_535);
  }

  public Path path(String key, Path standard) {
    return read(
        key,
        standard,
        "a path",
        text -> {
          try {
            return Path.of(text).toAbsolutePath();
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  public Duration duration(String key, Duration standard, Duration min, Duration max) {
    return read(
        key,
        standard,
        "a duration from %s to %s, such as 500ms, 30s or 5m"
            .formatted(Durations.text(min), Durations.text(max)),
        text -> {
          Duration duration = Durations.parse(text);
          if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw new IllegalArgumentException();
          }
          return duration;
        });
  }

  /** Every variable whose name starts so, by the rest of its name. */
  public Map<String, String> withPrefix(String prefix) {
    knownPrefixes.add(prefix);
    Map<String, String> found = new TreeMap<>();
    values.forEach((key, value) -> {
      if (key.startsWith(prefix) && key.length() > prefix.length()) {
        found.put(key.substring(prefix.length()), value);
      }
    });
    return found;
  }

  /** A variable that others read, such as the launcher: known, but not ours. */
  public void ignore(String key) {
    known.add(key);
  }

  /** Adds what a reader found wrong by itself; the text is for the user, without secrets. */
  public void problem(String text) {
    problems.add(text);
  }

  /**
   * A value of any other kind.
   *
   * @param expected what a right value is, for people
   * @param parser throws IllegalArgumentException for a wrong one
   */
  public <T> T value(String key, T standard, String expected, Function<String, T> parser) {
    return read(key, standard, expected, parser);
  }

  public boolean isSet(String key) {
    return values.containsKey(key);
  }

  private <T> T read(String key, T standard, String expected, Function<String, T> parser) {
    known.add(key);
    return Optional.ofNullable(values.get(key))
        .map(text -> {
          try {
            if (text.isBlank()) {
              throw new IllegalArgumentException();
            }
            return parser.apply(text.strip());
          } catch (IllegalArgumentException unreadable) {
            problems.add("%s='%s': expected %s".formatted(key, text, expected));
            return standard;
          }
        })
        .orElse(standard);
  }

  /**
   * @throws ConfigException if any variable could not be read, or starts with FOB_ and nobody asked
   *     for it
   */
  public void requireNoProblems() throws ConfigException {
    List<String> all = new ArrayList<>(problems);
    for (String key : values.keySet()) {
      if (key.startsWith(OURS)
          && !known.contains(key)
          && knownPrefixes.stream().noneMatch(key::startsWith)) {
        // Without its value, which may be a secret whose name was mistyped.
        all.add(
            "%s: there is no such variable; known are %s".formatted(key, String.join(", ", known)));
      }
    }
    if (!all.isEmpty()) {
      throw new ConfigException(all);
    }
  }

  /** Every problem of a configuration, one line each. */
  public static final class ConfigException extends Exception {
    private final List<String> problems;

    public ConfigException(List<String> problems) {
      super(String.join("\n", problems));
      this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
      return problems;
    }
  }
}
