package fob.call;

import java.util.regex.Pattern;

/**
 * The idempotency key of a call. The owner of the call's partition lets the call begin only if it
 * is the first one with its key, and says so to the gateway that asked.
 *
 * @param hash of the function's id and the client's key: 64 lower-case hex digits
 * @param answer the id under which the owner's answer goes to {@code fob.response}
 */
public record CallKey(String hash, RequestId answer) {

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if {@link #isHash} is false
   */
  public CallKey {
    if (!isHash(hash)) {
      throw new IllegalArgumentException("the hash of a key is 64 lower-case hex digits");
    }
  }

  /** Returns whether the text has the form of a hash. */
  public static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }
}
