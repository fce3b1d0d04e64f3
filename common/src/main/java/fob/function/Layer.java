package fob.function;

import java.util.regex.Pattern;

/**
 * The dependencies of a function, which were installed once: a gzipped tar archive on {@code
 * fob.layers}. Functions with the same dependencies share one. The constructor throws an
 * IllegalArgumentException for invalid values.
 *
 * @param id SHA-256 of the language, the runtime and the exact versions, 64 lower-case hex digits
 * @param copy tells this archive from others with the same id, which were installed at another time
 * @param offset where the record that describes the archive is on {@code fob.layers}
 * @param sha256 SHA-256 of the archive, 64 lower-case hex digits
 * @param bytes the size of the archive
 * @param unpackedBytes what its files take in memory, in pages of 4 KiB; 0: an earlier fob made it
 */
public record Layer(
    String id, String copy, long offset, String sha256, long bytes, long unpackedBytes) {

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern COPY = Pattern.compile("[0-9a-f]{1,32}");

  public Layer {
    if (!SHA_256.matcher(id).matches() || !SHA_256.matcher(sha256).matches()) {
      throw new IllegalArgumentException("'%s' or '%s' is not a SHA-256".formatted(id, sha256));
    }
    if (!COPY.matcher(copy).matches()) {
      throw new IllegalArgumentException("'" + copy + "' is not the form of a copy's name");
    }
  }

  /** Returns the name that no other archive has. */
  public String name() {
    return id + "-" + copy;
  }
}
