package fob.function;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment variables of a function, and the secrets that it gets. The constructor throws an
 * IllegalArgumentException for an invalid name; its message is for the user.
 *
 * @param variables by name, sorted
 * @param secrets the secrets, without their values
 */
public record Environment(Map<String, String> variables, List<SecretUse> secrets) {

  public static final Environment EMPTY = new Environment(Map.of(), List.of());

  public Environment {
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
    secrets = List.copyOf(secrets);
  }
}
