package fob.call;

import fob.service.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Makes an idempotency key stand for a call, for 24 h. The first claim of a key in the log counts.
 *
 * @param key see {@link CallKey#hash}
 * @param call the request id of the call
 * @param payload see {@link #checksum}
 * @param made when Kafka stored the claim
 */
public record KeyClaim(String key, UUID call, long payload, Instant made) {

  /** How long a key stands for its call. */
  public static final Duration KEPT = Duration.ofHours(24);

  private static final int CHECKSUM_DIGITS = 16;

  /** Returns the first 8 bytes of the SHA-256 checksum of a call's payload. */
  public static long checksum(byte[] payload) {
    return HexFormat.fromHexDigitsToLong(Sha256.of(payload), 0, CHECKSUM_DIGITS);
  }
}
