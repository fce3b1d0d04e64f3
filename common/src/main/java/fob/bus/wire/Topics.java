package fob.bus.wire;

import static fob.bus.wire.TopicPolicies.compacted;
import static fob.bus.wire.TopicPolicies.deleteAfter;

import fob.bus.wire.Topic.Split;
import fob.call.KeyClaim;
import fob.service.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The names, partition counts and settings of fob's topics. Topics that every service reads into
 * memory have one partition: "read to the end" is one comparison then, and registrations have one
 * order.
 */
public final class Topics {

  /** The largest size of a payload, a result or a function's code, in bytes. */
  public static final int MAX_VALUE_BYTES = 1024 * 1024;

  /** How long the result of a call can be looked up. */
  public static final Duration RESULTS_KEPT = Duration.ofHours(24);

  /** How long a dead letter is kept. */
  public static final Duration DEAD_KEPT = Duration.ofDays(14);

  /**
   * After this time records of a topic with many updates are compacted. The active deployer writes
   * a heartbeat every few seconds, so a service reads some thousand of them at most when it starts.
   */
  private static final Duration UPDATES_KEPT = Duration.ofHours(1);

  /** After this time records that a newer one has replaced are compacted. */
  private static final Duration GARBAGE_KEPT = Duration.ofDays(1);

  /** Room for a record's headers and framing on top of its value. */
  public static final int MAX_RECORD_BYTES = MAX_VALUE_BYTES + 64 * 1024;

  /** The most bytes of lines that a partition of {@code fob.logs} keeps. */
  private static final long LOG_BYTES_KEPT = 64L * 1024 * 1024;

  /** The most bytes that a partition of {@code fob.warm-up} keeps. */
  private static final long WARM_UP_BYTES_KEPT = 16L * 1024 * 1024;

  /** Registrations and removals. Key: function id. From the gateway to the deployer. */
  public static final Topic GEN = ordered("fob.gen", deleteAfter(Duration.ofDays(7)));

  /**
   * All functions and their states. Key: function id or name. From the deployer to all services.
   */
  public static final Topic FUNCTIONS = ordered("fob.functions", compacted(UPDATES_KEPT));

  /**
   * The code of all functions. Key: function id. From the deployer to gateways, and to itself after
   * a restart.
   */
  public static final Topic CODE = ordered("fob.code", compacted(GARBAGE_KEPT));

  /**
   * The secrets of functions, encrypted. Key: the secret's name. From the gateway to gateways and
   * the deployer.
   */
  public static final Topic SECRETS = ordered("fob.secrets", compacted(GARBAGE_KEPT));

  /** Who changed what over the HTTP API. Key: id of the client's key. From gateways to gateways. */
  public static final Topic AUDIT = ordered("fob.audit", deleteAfter(Duration.ofDays(30)));

  /** The keys of the HTTP API, as checksums. Key: the key's id. From the gateway to gateways. */
  public static final Topic ACCESS = ordered("fob.access", compacted(GARBAGE_KEPT));

  /**
   * Installed dependencies of functions, in pieces. Key: layer id, copy and number. From the
   * deployer to itself and other deployers.
   */
  public static final Topic LAYERS = ordered("fob.layers", compacted(GARBAGE_KEPT));

  /** Synchronous calls. Key: function id. From the gateway or a Kafka client to the invoker. */
  public static final Topic CALL = spread("fob.call", Duration.ofHours(1));

  /** Replies. Key: request id. From the invoker to the gateway and to Kafka clients. */
  public static final Topic RESPONSE = spread("fob.response", RESULTS_KEPT);

  /**
   * Asynchronous calls. Key: function id or name. From the gateway or a Kafka client to the
   * invoker.
   */
  public static final Topic ASYNC = spread("fob.async", Duration.ofDays(7));

  /**
   * The delay tiers: calls that go back to {@code fob.async} after the tier's delay. From invoker
   * to invoker.
   */
  public static final List<Tier> RETRY =
      List.of(
          new Tier(Duration.ofSeconds(1)),
          new Tier(Duration.ofSeconds(10)),
          new Tier(Duration.ofMinutes(1)),
          new Tier(Duration.ofMinutes(10)));

  /**
   * The progress of calls that have not ended. Key: request id. From the gateway and the invoker to
   * the gateway.
   */
  public static final Topic PROGRESS = spread("fob.progress", RESULTS_KEPT);

  /**
   * Dead letters: asynchronous calls that fob gave up, each in the partition of its call. Key:
   * request id. From the invoker to itself, to the gateway and to operators.
   */
  public static final Topic DEAD =
      new Topic("fob.dead", Split.MANY, compacted(GARBAGE_KEPT, DEAD_KEPT));

  /**
   * Claims of idempotency keys, each in the partition of its call. Key: see {@link
   * fob.call.CallKey#hash}. The first claim of a key counts. From invoker to invoker.
   */
  public static final Topic KEYS = spread("fob.keys", KeyClaim.KEPT);

  /** The records that the previous owner of a partition still works on. From invoker to invoker. */
  public static final Topic HANDOVER =
      ordered("fob.handover", compacted(UPDATES_KEPT, Duration.ofDays(1)));

  /**
   * Reports of instances that do not serve calls properly. Key: function id. From the invoker to
   * the deployer.
   */
  public static final Topic REPORTS = ordered("fob.reports", deleteAfter(Duration.ofHours(1)));

  /**
   * What functions print, in batches of lines. Key: function id. From the deployer and the invoker
   * to the gateway.
   */
  public static final Topic LOGS =
      new Topic("fob.logs", Split.MANY, deleteAfter(Duration.ofDays(7), LOG_BYTES_KEPT));

  /**
   * What happened to calls in each step of some seconds, for live figures. From the invoker to
   * gateways.
   */
  public static final Topic ACTIVITY = ordered("fob.activity", deleteAfter(Duration.ofMinutes(20)));

  /**
   * Calls and replies of services that warm themselves up. Each service reads only its own, at
   * once.
   */
  public static final Topic WARM_UP =
      new Topic("fob.warm-up", Split.FEW, deleteAfter(Duration.ofHours(1), WARM_UP_BYTES_KEPT));

  public static final List<Topic> ALL =
      Stream.concat(
              Stream.of(
                  GEN, FUNCTIONS, CODE, LAYERS, SECRETS, ACCESS, AUDIT, CALL, RESPONSE, ASYNC,
                  PROGRESS, DEAD, KEYS, HANDOVER, REPORTS, LOGS, ACTIVITY, WARM_UP),
              RETRY.stream().map(Tier::topic))
          .toList();

  /**
   * A delay tier: a topic whose records all wait for the same time, so they come due in their
   * order.
   *
   * @param delay at least 1 s
   */
  public record Tier(Duration delay) {
    public Topic topic() {
      return new Topic(
          "fob.retry." + Durations.text(delay), Split.FEW, deleteAfter(Duration.ofDays(7)));
    }
  }

  private Topics() {}

  private static Topic ordered(String name, Map<String, String> config) {
    return new Topic(name, Split.ONE, config);
  }

  private static Topic spread(String name, Duration retention) {
    return new Topic(name, Split.MANY, deleteAfter(retention));
  }
}
