package fob.secret;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The rules for values of secrets. No message has anything of the value. */
public final class SecretValue {

  public static final int MAX_BYTES = 64 * 1024;

  private SecretValue() {}

  /**
   * @throws IllegalArgumentException if the bytes cannot be a secret; the message is for the user
   */
  public static void require(byte[] value) {
    if (value.length == 0) {
      throw new IllegalArgumentException("the body is empty: expected the secret's value as it is");
    }
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the value has %d bytes, the most is %d".formatted(value.length, MAX_BYTES));
    }
    for (byte each : value) {
      if (each == 0) {
        throw new IllegalArgumentException(
            "the value has a NUL byte, which no variable can hold; encode it, such as in base64");
      }
    }
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the value is no UTF-8 text; encode it, such as in base64", e);
    }
  }
}
