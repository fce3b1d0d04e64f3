package fob.secret;

import fob.function.Environment;
import fob.service.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A secret as it is kept: encrypted.
 *
 * @param sealed the encrypted value, as {@link SecretKeys#seal} makes it
 * @param changed when it was written
 */
public record StoredSecret(String name, String sealed, Instant changed) {

  private static final int VERSION_DIGITS = 16;

  public StoredSecret {
    Environment.requireName(name);
  }

  /** Returns a text that is another one after each write. It tells nothing of the value. */
  public String version() {
    return Sha256.of(sealed.getBytes(StandardCharsets.US_ASCII)).substring(0, VERSION_DIGITS);
  }
}
