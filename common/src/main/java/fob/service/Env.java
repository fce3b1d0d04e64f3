package fob.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads settings from environment variables and collects all problems, so that a user sees every
 * mistake at once. Read all settings first, then call {@link #requireNoProblems}. A setting that
 * cannot be read has its default until then. Each setting that was read is listed by {@link
 * #settings}. A variable that is not set has its default; values lose their surrounding spaces. Not
 * thread-safe.
 */
public final class Env {

  private static final String FOB_PREFIX = "FOB_";

  private final Map<String, String> values;
  private final KnownSettings known = new KnownSettings();
  private final List<String> problems = new ArrayList<>();

  /** Creates an environment of these variables, such as {@link System#getenv()}. */
  public Env(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  /** Reads a text, which must not be empty if it is set. */
  public String text(String key, String meaning, String defaultValue) {
    return value(key, meaning, defaultValue, "a text that is not empty", text -> text);
  }

  /** Reads a text that has no default. */
  public Optional<String> optional(String key, String meaning) {
    String text = text(key, meaning, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Reads a whole number from {@code min} to {@code max}, both included. */
  public int integer(String key, String meaning, int defaultValue, int min, int max) {
    String expected = "a whole number from " + min + " to " + max;
    return value(key, meaning, defaultValue, expected, text -> Parse.integer(text, min, max));
  }

  /** Reads {@code true} or {@code false}. */
  public boolean flag(String key, String meaning, boolean defaultValue) {
    return value(key, meaning, defaultValue, "true or false", Parse::flag);
  }

  /** Reads a TCP port from 0 to 65535. */
  public int port(String key, String meaning, int defaultValue) {
    return integer(key, meaning, defaultValue, 0, 65_535);
  }

  /** Reads a path and makes it absolute; it need not exist. */
  public Path path(String key, String meaning, Path defaultValue) {
    return value(key, meaning, defaultValue, "a path", Parse::path);
  }

  /** Reads the path of a folder that exists or can be created. */
  public Path folder(String key, String meaning, Path defaultValue) {
    String expected = "a folder that fob may write to, or can create";
    return value(key, meaning, defaultValue, expected, Parse::folder);
  }

  /** Reads a duration such as {@code 30s} from {@code min} to {@code max}, both included. */
  public Duration duration(
      String key, String meaning, Duration defaultValue, Duration min, Duration max) {
    String expected =
        "a duration from %s to %s, such as 500ms, 30s or 5m"
            .formatted(Durations.text(min), Durations.text(max));
    return value(key, meaning, defaultValue, expected, text -> Parse.duration(text, min, max));
  }

  /** Reads an IP address to listen on, or a host name of one. */
  public String host(String key, String meaning, String defaultValue) {
    String expected = "an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them";
    return value(key, meaning, defaultValue, expected, Parse::host);
  }

  /** Returns every variable whose name starts with the prefix; the keys are without the prefix. */
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

  /** Accepts the settings of another program too, because programs may share an environment. */
  public void know(Env other) {
    known.addAll(other.known);
  }

  /** Returns all settings that were read so far, in the order of reading. */
  public List<Setting> settings() {
    return known.all();
  }

  /** Adds a problem that the caller found itself. The text is for the user and has no secrets. */
  public void problem(String text) {
    problems.add(text);
  }

  /** Returns whether the variable is set, even if its value is empty. */
  public boolean isSet(String key) {
    return values.containsKey(key);
  }

  /**
   * Reads a value of any other type.
   *
   * @param meaning the setting's purpose, for {@code --help}
   * @param expected a description of right values, for the message about a wrong one
   * @param parser throws IllegalArgumentException for a wrong value
   */
  public <T> T value(
      String key, String meaning, T defaultValue, String expected, Function<String, T> parser) {
    return checked(
        key,
        meaning,
        defaultValue,
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
   * Reads a value of any other type, whose parser itself describes what is wrong.
   *
   * @param parser throws IllegalArgumentException with a message for the user
   */
  public <T> T checked(String key, String meaning, T defaultValue, Function<String, T> parser) {
    known.add(Setting.of(key, defaultValue, meaning));
    return Optional.ofNullable(values.get(key))
        .map(text -> {
          try {
            return parser.apply(text.strip());
          } catch (IllegalArgumentException wrong) {
            problems.add("%s='%s': %s".formatted(key, withoutPassword(text), wrong.getMessage()));
            return defaultValue;
          }
        })
        .orElse(defaultValue);
  }

  /** Hides the user and password of a URL. */
  private static String withoutPassword(String text) {
    return text.replaceAll("//[^/@]*@", "//***@");
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationException if a setting could not be read, or if a variable starts with
   *     FOB_ that no program reads
   */
  public void requireNoProblems() throws ConfigurationException {
    List<String> all = new ArrayList<>(problems);
    for (String key : values.keySet()) {
      if (key.startsWith(FOB_PREFIX) && !known.contains(key)) {
        // The value is not shown, because it may be a secret with a mistyped name.
        all.add(key + ": there is no such variable; " + known.hint(key));
      }
    }
    if (!all.isEmpty()) {
      throw new ConfigurationException(all);
    }
  }
}
