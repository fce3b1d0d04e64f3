package fob.gateway.http;

import fob.service.Env;

/**
 * The bounds of one gateway's load and memory.
 *
 * @param pending the most calls that wait for a reply; further ones get 429
 * @param connections the most connections of clients; further ones wait until one ends
 * @param requestBytes the most bytes of requests in memory, from their first byte until Kafka has
 *     them; further requests get 429
 * @param replyBytes the most bytes of replies in memory that clients have not read yet
 */
public record Bounds(int pending, int connections, long requestBytes, long replyBytes) {

  static final String REQUEST_BYTES = "FOB_MAX_REQUEST_BYTES";
  static final String REPLY_BYTES = "FOB_MAX_REPLY_BYTES";

  private static final int DEFAULT_PENDING = 20_000;
  private static final int DEFAULT_CONNECTIONS = 22_000;
  private static final int MOST = 1_000_000;

  /** The default is the heap's size divided by this: 128 MiB of 1 GiB. */
  private static final int SHARE = 8;

  private static final long LEAST_BYTES = 4L * 1024 * 1024;
  private static final long MOST_BYTES = 1L << 40;

  public static Bounds from(Env env) {
    Bounds standard = standard();
    return new Bounds(
        env.integer(
            "FOB_MAX_PENDING",
            "calls that may wait for their reply at a time; more get 429",
            standard.pending,
            1,
            MOST),
        env.integer(
            "FOB_MAX_CONNECTIONS",
            "connections of clients at a time",
            standard.connections,
            1,
            MOST),
        bytes(
            env,
            REQUEST_BYTES,
            "bytes of requests in memory at a time; more get 429",
            standard.requestBytes),
        bytes(
            env,
            REPLY_BYTES,
            "bytes of replies in memory that clients have not read",
            standard.replyBytes));
  }

  public static Bounds standard() {
    long bytes = Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / SHARE);
    return new Bounds(DEFAULT_PENDING, DEFAULT_CONNECTIONS, bytes, bytes);
  }

  private static long bytes(Env env, String key, String what, long standard) {
    return env.value(
        key,
        what,
        standard,
        "a whole number of bytes from %d to %d".formatted(LEAST_BYTES, MOST_BYTES),
        text -> {
          long bytes = Long.parseLong(text);
          if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
            throw new IllegalArgumentException();
          }
          return bytes;
        });
  }
}
