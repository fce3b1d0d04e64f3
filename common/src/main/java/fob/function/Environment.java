package fob.function;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The environment variables of a function, and the secrets that it gets. The constructor throws an
 * IllegalArgumentException for an invalid name or value; its message is for the user, and has no
 * value of a variable.
 *
 * @param variables by name, sorted; at most 100
 * @param secrets the secrets, without their values; at most 100
 */
public record Environment(Map<String, String> variables, List<SecretUse> secrets) {

  public static final Environment EMPTY = new Environment(Map.of(), List.of());

  /** The most variables of a function, and the most secrets. */
  public static final int MOST = 100;

  /** The most bytes of all names and values together, as JSON. */
  public static final int MAX_BYTES = 32 * 1024;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Set<String> RESERVED = Set.of("PATH", "HOME", "TMPDIR", "LANG");
  private static final int LONGEST_SHOWN = 60;

  public Environment {
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
    secrets = List.copyOf(secrets);
    requireAtMost("environment variables", variables.size());
    requireAtMost("secrets", secrets.size());
    variables.forEach(Environment::requireVariable);
    int bytes =
        variables.entrySet().stream()
            .mapToInt(each -> bytes(each.getKey()) + bytes(each.getValue()))
            .sum();
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the environment variables have %d bytes, the most is %d; put larger data into the code"
              .formatted(bytes, MAX_BYTES));
    }
    requireDistinct(variables, secrets);
  }

  /**
   * Checks the name of an environment variable or a secret.
   *
   * @throws IllegalArgumentException if it is invalid; the message is for the user
   */
  public static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      String shown = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
      throw new IllegalArgumentException(
          "'%s' is no name of a variable: expected a letter or '_', then up to 127 letters, digits and '_'"
              .formatted(shown));
    }
    if (RESERVED.contains(name) || name.startsWith("FOB_") || name.startsWith("LD_")) {
      throw new IllegalArgumentException(
          "'%s' is set by fob: names that start with FOB_ or LD_, and PATH, HOME, TMPDIR and LANG are taken; choose another name"
              .formatted(name));
    }
    return name;
  }

  /**
   * Checks the value of an environment variable.
   *
   * @param name for the message
   * @throws IllegalArgumentException if it is invalid; the message is for the user
   */
  private static void requireVariable(String name, String value) {
    requireName(name);
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the environment variable '%s' has a NUL character, which no variable can hold"
              .formatted(name));
    }
    if (value.codePoints().anyMatch(character -> character >= 0xD800 && character <= 0xDFFF)) {
      throw new IllegalArgumentException(
          "the environment variable '%s' has half of a surrogate pair, which is no text"
              .formatted(name));
    }
  }

  private static void requireDistinct(Map<String, String> variables, List<SecretUse> secrets) {
    Set<String> names = new HashSet<>();
    for (SecretUse secret : secrets) {
      if (!names.add(secret.name())) {
        throw new IllegalArgumentException(
            "the secret '%s' is given twice".formatted(secret.name()));
      }
      if (!secret.asFile() && variables.containsKey(secret.name())) {
        throw new IllegalArgumentException(
            "'%s' is both an environment variable and a secret; take the secret as %1$s:file, or rename one of them"
                .formatted(secret.name()));
      }
    }
  }

  private static void requireAtMost(String what, int count) {
    if (count > MOST) {
      throw new IllegalArgumentException(
          "there are %d %s, the most is %d".formatted(count, what, MOST));
    }
  }

  /** Counts as the JSON does in which the text is kept. */
  private static int bytes(String text) {
    return text.codePoints().map(Environment::bytes).sum();
  }

  private static int bytes(int character) {
    return switch (character) {
      case '"', '\\', '\n', '\r', '\t', '\b', '\f' -> 2;
      default -> {
        if (character < ' ') {
          yield 6;
        }
        yield character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
      }
    };
  }
}
