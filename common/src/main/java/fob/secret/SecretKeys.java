package fob.secret;

import fob.function.FunctionId;
import fob.service.Env;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The keys of secrets. The first one encrypts; every one decrypts, so that a key can be replaced.
 * No text of this class has anything of a key. Thread-safe.
 */
public final class SecretKeys {

  public static final String VARIABLE = "FOB_SECRET_KEY";

  /** How a key is made, for messages. */
  public static final String ADVICE =
      "expected 32 random bytes in base64 or hex, such as openssl rand -base64 32 prints; with a"
          + " comma between the new and the old key while one replaces the other";

  private static final int HEX_DIGITS = 2 * SecretKey.BYTES;

  private final List<SecretKey> keys;

  private SecretKeys(List<SecretKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads keys.
   *
   * @param list one key, or several with commas between, the newest first
   * @throws IllegalArgumentException if one is no key; the message is for the user
   */
  public static SecretKeys parse(String list) {
    List<SecretKey> keys = new ArrayList<>();
    for (String text : list.split(",", -1)) {
      byte[] bytes = bytes(text.strip());
      if (bytes.length != SecretKey.BYTES) {
        throw new IllegalArgumentException(ADVICE);
      }
      keys.add(new SecretKey(bytes));
    }
    return new SecretKeys(keys);
  }

  private static byte[] bytes(String text) {
    try {
      return text.length() == HEX_DIGITS
          ? HexFormat.of().parseHex(text)
          : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // The cause may have a part of the key.
      throw new IllegalArgumentException(ADVICE);
    }
  }

  /** Reads the variable. The environment collects the problem, which has nothing of the key. */
  public static Optional<SecretKeys> from(Env env) {
    Optional<String> list =
        env.optional(VARIABLE, "the key of secrets, the same at gateways and deployers: new,old");
    try {
      return list.map(SecretKeys::parse);
    } catch (IllegalArgumentException e) {
      env.problem(VARIABLE + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Encrypts a value with the newest key. The result is base64. */
  public String seal(String name, byte[] value) {
    return Base64.getEncoder().encodeToString(keys.getFirst().seal(name, value));
  }

  /**
   * Decrypts a value.
   *
   * @throws UnreadableSecret if it was encrypted with another key, or was changed
   */
  public byte[] open(StoredSecret secret) throws UnreadableSecret {
    byte[] sealed = Base64.getDecoder().decode(secret.sealed());
    for (SecretKey key : keys) {
      Optional<byte[]> value = key.open(secret.name(), sealed);
      if (value.isPresent()) {
        return value.get();
      }
    }
    throw new UnreadableSecret(
        "the secret '%s' cannot be decrypted: it was written with another key than this %s, or its record was changed; give all services the same key, or write the secret again with PUT /api/secrets/%1$s"
            .formatted(secret.name(), VARIABLE));
  }

  /** Returns the token with which the instances of a function fetch what belongs to it. */
  public String token(FunctionId function) {
    return text(keys.getFirst(), function);
  }

  /** Whether this is the token of a function. The time that this takes tells nothing of it. */
  public boolean accepts(String token, FunctionId function) {
    byte[] given = token.getBytes(StandardCharsets.UTF_8);
    boolean accepted = false;
    for (SecretKey key : keys) {
      byte[] right = text(key, function).getBytes(StandardCharsets.UTF_8);
      accepted |= MessageDigest.isEqual(right, given);
    }
    return accepted;
  }

  private static String text(SecretKey key, FunctionId function) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.token("secrets of " + function));
  }

  @Override
  public String toString() {
    return "SecretKeys[" + keys.size() + "]";
  }
}
