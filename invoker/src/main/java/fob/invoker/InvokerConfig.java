package fob.invoker;

import fob.bus.BusSettings;
import fob.service.Env;
import fob.service.WarmUp;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of one invoker. Immutable.
 *
 * @param member a name that no other invoker has and that this one keeps over restarts; with it the
 *     invoker gets its partitions back at once after a restart
 * @param host the address of the health endpoints
 * @param port the port of the health endpoints; 0 takes a free one
 * @param maxInFlight how many synchronous calls the invoker holds at a time, including waiting
 *     ones, and how many asynchronous ones; 1 to 1,000,000
 * @param maxWaiting how many calls of one function and kind may wait for an instance; further
 *     synchronous ones get 429; 0 to {@code maxInFlight}
 * @param maxKeys how many idempotency keys of the last 24 h a partition may have; calls with
 *     further ones get 429; 1 to 10,000,000
 * @param warmUp when the invoker warms itself up
 * @param drain how long a stopping invoker waits for its calls, 0 to 15 min
 */
public record InvokerConfig(
    BusSettings bus,
    Optional<String> member,
    String host,
    int port,
    int maxInFlight,
    int maxWaiting,
    int maxKeys,
    WarmUp.When warmUp,
    Duration drain) {

  private static final int DEFAULT_PORT = 9997;
  private static final int DEFAULT_MAX_IN_FLIGHT = 10_000;
  private static final int DEFAULT_MAX_WAITING = 1_000;
  private static final int MOST = 1_000_000;

  /** With 16 partitions in one invoker these are 1.6 million keys, which take 130 MB at most. */
  private static final int DEFAULT_MAX_KEYS = 100_000;

  private static final int MOST_KEYS = 10_000_000;

  /** Reads the settings; {@code env} collects the problems. */
  public static InvokerConfig from(Env env) {
    int maxInFlight =
        env.integer(
            "FOB_MAX_IN_FLIGHT",
            "calls in this invoker at a time, waiting ones included",
            DEFAULT_MAX_IN_FLIGHT,
            1,
            MOST);
    return new InvokerConfig(
        BusSettings.from(env).ofService("invoker"),
        BusSettings.member(env),
        env.host("FOB_HOST", "the address of /healthz and /readyz", "127.0.0.1"),
        env.port("FOB_PORT", "the port of /healthz and /readyz; 0 takes a free one", DEFAULT_PORT),
        maxInFlight,
        maxWaiting(env, maxInFlight),
        env.integer(
            "FOB_MAX_KEYS",
            "idempotency keys of the last 24h in a partition; calls with more get 429",
            DEFAULT_MAX_KEYS,
            1,
            MOST_KEYS),
        WarmUp.When.from(env),
        env.duration(
            "FOB_DRAIN",
            "how long a stopping invoker waits for its calls",
            Duration.ofSeconds(5),
            Duration.ZERO,
            Duration.ofMinutes(15)));
  }

  private static int maxWaiting(Env env, int maxInFlight) {
    int maxWaiting =
        env.integer(
            "FOB_MAX_WAITING",
            "calls of one function that may wait for an instance; more get 429",
            Math.min(DEFAULT_MAX_WAITING, maxInFlight),
            0,
            MOST);
    if (maxWaiting > maxInFlight) {
      env.problem(
          "FOB_MAX_WAITING=%d: expected at most FOB_MAX_IN_FLIGHT, which is %d"
              .formatted(maxWaiting, maxInFlight));
    }
    return maxWaiting;
  }

  /** Returns the settings for {@code ./fob up}, where the gateway has the health endpoints. */
  public static InvokerConfig standard(BusSettings bus, String member) {
    return new InvokerConfig(
        bus,
        Optional.of(member),
        "127.0.0.1",
        0,
        DEFAULT_MAX_IN_FLIGHT,
        DEFAULT_MAX_WAITING,
        DEFAULT_MAX_KEYS,
        WarmUp.When.NEVER,
        Duration.ofSeconds(2));
  }

  /** The same, with a warm-up. */
  public InvokerConfig withWarmUp(WarmUp.When when) {
    return new InvokerConfig(
        bus, member, host, port, maxInFlight, maxWaiting, maxKeys, when, drain);
  }
}
