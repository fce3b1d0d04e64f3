package fob.deployer;

import fob.function.Environment;
import fob.function.SecretUse;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The secrets of one function, as they are when they are asked for. Thread-safe. */
public interface FunctionSecrets {

  /** A function without secrets and without a token. */
  FunctionSecrets NONE = new None("");

  /**
   * A function without secrets.
   *
   * @param token see {@link FunctionSecrets#token}
   */
  record None(String token) implements FunctionSecrets {
    @Override
    public String version() {
      return "";
    }

    @Override
    public Map<String, byte[]> read() {
      return Map.of();
    }

    /** The token is a secret. */
    @Override
    public String toString() {
      return "None[]";
    }
  }

  /**
   * Returns a text that changes whenever one of the secrets is written. It tells nothing of their
   * values. It is empty if the function has no secrets.
   */
  String version();

  /**
   * Decrypts the secrets. The caller overwrites the values as soon as it has passed them on.
   *
   * @throws IOException if one is missing or cannot be decrypted; the message is for the user
   */
  Map<String, byte[]> read() throws IOException;

  /**
   * Returns the token with which the function's instances fetch its code, its dependencies and its
   * secrets from a gateway. It is empty if the deployer has no key to make one, which only
   * functions with secrets need.
   *
   * @throws IOException as {@link #read}
   */
  String token() throws IOException;

  /**
   * Returns the driver's variables for the secrets; none if the function has no secrets.
   *
   * @param url where the driver finds them
   */
  static Map<String, String> variables(Environment environment, String url) {
    Map<String, String> all = new TreeMap<>();
    if (!environment.secrets().isEmpty()) {
      all.put("FOB_SECRETS_URL", url);
      String variables =
          environment.secrets().stream()
              .filter(secret -> !secret.asFile())
              .map(SecretUse::name)
              .collect(Collectors.joining(","));
      if (!variables.isEmpty()) {
        all.put("FOB_SECRET_ENV", variables);
      }
    }
    return all;
  }
}
