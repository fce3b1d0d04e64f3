package fob.function;

import fob.service.Sha256;
import java.util.Arrays;

/** The user's code, byte for byte. The array is not copied and must not be changed. */
public record Code(byte[] bytes) {

  /** Returns the SHA-256 checksum as 64 lower-case hex digits. */
  public String sha256() {
    return Sha256.of(bytes);
  }

  /** Whether the code begins as a zip file does; source text cannot. */
  public boolean isZip() {
    return bytes.length > 3 && bytes[0] == 'P' && bytes[1] == 'K' && bytes[2] == 3 && bytes[3] == 4;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Code(byte[] those) && Arrays.equals(bytes, those);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes of code";
  }
}
