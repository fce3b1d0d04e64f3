package fob.invoker.key;

import java.util.HexFormat;

/** The first half of the hash of an idempotency key, which no other key has. */
record Key(long high, long low) {

  private static final int DIGITS = 16;

  /**
   * @param hash see {@link fob.call.CallKey#hash}
   */
  static Key of(String hash) {
    return new Key(
        HexFormat.fromHexDigitsToLong(hash, 0, DIGITS),
        HexFormat.fromHexDigitsToLong(hash, DIGITS, 2 * DIGITS));
  }
}
