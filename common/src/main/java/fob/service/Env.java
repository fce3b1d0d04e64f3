package fob.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads settings from environment variables and gathers every problem, so that a user who has three
 * mistakes hears of three. Read everything first, then call {@link #requireNoProblems}. What was
 * read is known by name, standard value and meaning, so that a program can list its {@link
 * #settings}. Not thread-safe.
 */
public final class Env {

  private static final String OURS = "FOB_";

  private final Map<String, String> values;
  private final KnownSettings known = new KnownSettings();
  private final List<String> problems = new ArrayList<>();

  /** The environment is a parameter, so that a test needs none. */
  public Env(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  public String text(String key, String meaning, String standard) {
    return value(key, meaning, standard, "a text that is not empty", text -> text);
  }

  /** A text that may be absent. */
  public Optional<String> optional(String key, String meaning) {
    String text = text(key, meaning, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  public int integer(String key, String meaning, int standard, int min, int max) {
    String expected = "a whole number from " + min + " to " + max;
    return value(key, meaning, standard, expected, text -> Parse.integer(text, min, max));
  }

  public boolean flag(String key, String meaning, boolean standard) {
    return value(key, meaning, standard, "true or false", Parse::flag);
  }

  /** A TCP port; 0 takes a free one. */
  public int port(String key, String meaning, int standard) {
    return integer(key, meaning, standard, 0, 65_535);
  }

  public Path path(String key, String meaning, Path standard) {
    return value(key, meaning, standard, "a path", Parse::path);
  }

  /** A folder that may be there, or can be made. */
  public Path folder(String key, String meaning, Path standard) {
    String expected = "a folder that fob may write to, or can make";
    return value(key, meaning, standard, expected, Parse::folder);
  }

  public Duration duration(
      String key, String meaning, Duration standard, Duration min, Duration max) {
    String expected =
        "a duration from %s to %s, such as 500ms, 30s or 5m"
            .formatted(Durations.text(min), Durations.text(max));
    return value(key, meaning, standard, expected, text -> Parse.duration(text, min, max));
  }

  /** An address to listen on, or a name of one. */
  public String host(String key, String meaning, String standard) {
    String expected = "an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them";
    return value(key, meaning, standard, expected, Parse::host);
  }

  /** Every variable whose name starts so, by the rest of its name. */
  public Map<String, String> withPrefix(String prefix, String meaning) {
    known.addPrefix(prefix, meaning);
    Map<String, String> found = new TreeMap<>();
    values.forEach((key, value) -> {
      if (key.startsWith(prefix) && key.length() > prefix.length()) {
        found.put(key.substring(prefix.length()), value);
      }
    });
    return found;
  }

  /** What another program reads is no mistake here: one environment may serve them all. */
  public void know(Env other) {
    known.addAll(other.known);
  }

  /** Everything that was read, in that order. */
  public List<Setting> settings() {
    return known.all();
  }

  /** Adds what a reader found wrong by itself; the text is for the user, without secrets. */
  public void problem(String text) {
    problems.add(text);
  }

  public boolean isSet(String key) {
    return values.containsKey(key);
  }

  /**
   * A value of any other kind.
   *
   * @param meaning what it is for, for people
   * @param expected what a right value is, for people
   * @param parser throws IllegalArgumentException for a wrong one
   */
  public <T> T value(
      String key, String meaning, T standard, String expected, Function<String, T> parser) {
    return checked(
        key,
        meaning,
        standard,
        text -> {
          try {
            if (text.isEmpty()) {
              throw new IllegalArgumentException();
            }
            return parser.apply(text);
          } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("expected " + expected, unreadable);
          }
        });
  }

  /**
   * A value whose parser itself says what it expects.
   *
   * @param parser throws IllegalArgumentException with a message for the user
   */
  public <T> T checked(String key, String meaning, T standard, Function<String, T> parser) {
    known.add(new Setting(key, display(standard), meaning));
    return Optional.ofNullable(values.get(key))
        .map(text -> {
          try {
            return parser.apply(text.strip());
          } catch (IllegalArgumentException wrong) {
            problems.add("%s='%s': %s".formatted(key, shown(text), wrong.getMessage()));
            return standard;
          }
        })
        .orElse(standard);
  }

  /** Without the password of a URL. */
  private static String shown(String text) {
    return text.replaceAll("//[^/@]*@", "//***@");
  }

  private static String display(Object value) {
    return switch (value) {
      case Duration duration -> Durations.text(duration);
      case Collection<?> several ->
          several.stream().map(Object::toString).collect(Collectors.joining(","));
      case Optional<?> optional -> optional.map(Object::toString).orElse("");
      default -> value.toString();
    };
  }

  /**
   * @throws ConfigException if any variable could not be read, or starts with FOB_ and nobody asked
   *     for it
   */
  public void requireNoProblems() throws ConfigException {
    List<String> all = new ArrayList<>(problems);
    for (String key : values.keySet()) {
      if (key.startsWith(OURS) && !known.contains(key)) {
        // Without its value, which may be a secret whose name was mistyped.
        all.add(key + ": there is no such variable; " + known.hint(key));
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
