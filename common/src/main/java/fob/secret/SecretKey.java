package fob.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * One key. Two keys are derived from its 32 bytes, by HKDF: one encrypts secrets, the other one
 * makes tokens. Thread-safe.
 */
final class SecretKey {

  static final int BYTES = 32;

  private static final byte FORMAT = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int SHORTEST = 1 + NONCE_BYTES + TAG_BITS / 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final javax.crypto.SecretKey encryption;
  private final javax.crypto.SecretKey tokens;

  SecretKey(byte[] bytes) {
    this.encryption = derive(bytes, "AES", "fob secret 1");
    this.tokens = derive(bytes, "HmacSHA256", "fob token 1");
  }

  private static javax.crypto.SecretKey derive(byte[] bytes, String algorithm, String purpose) {
    try {
      byte[] info = purpose.getBytes(StandardCharsets.US_ASCII);
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              algorithm, HKDFParameterSpec.ofExtract().addIKM(bytes).thenExpand(info, BYTES));
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** Returns the format's number, a random nonce, and the encrypted value with its tag. */
  byte[] seal(String name, byte[] value) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(value);
      return ByteBuffer.allocate(1 + NONCE_BYTES + encrypted.length)
          .put(FORMAT)
          .put(nonce)
          .put(encrypted)
          .array();
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** Returns the value; empty if another key has sealed it, or for another name. */
  Optional<byte[]> open(String name, byte[] sealed) {
    if (sealed.length < SHORTEST || sealed[0] != FORMAT) {
      return Optional.empty();
    }
    byte[] nonce = new byte[NONCE_BYTES];
    System.arraycopy(sealed, 1, nonce, 0, NONCE_BYTES);
    int begin = 1 + NONCE_BYTES;
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, nonce, name).doFinal(sealed, begin, sealed.length - begin));
    } catch (AEADBadTagException otherKey) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** The name is authenticated, so that nobody can put one secret in the place of another. */
  private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, encryption, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(new byte[] {FORMAT});
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  byte[] token(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(tokens);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("every Java platform has AES-GCM, HMAC and HKDF", e);
  }
}
