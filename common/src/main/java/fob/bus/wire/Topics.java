package fob.bus.wire;

import fob.service.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The names, partition counts and settings of fob's topics. Topics that are read into memory have
 * one partition: "read to the end" is one comparison then, and registrations have one order.
 */
public final class Topics {

  /** The largest size of a payload, a result or a function's code, in bytes. */
  public static final int MAX_VALUE_BYTES = 1024 * 1024;

  /** How long the result of a call can be looked up. */
  public static final Duration RESULTS_KEPT = Duration.ofHours(24);

  /** How long a dead letter is kept. */
  public static final Duration DEAD_KEPT = Duration.ofDays(14);

  /**
   * After this time heartbeats are compacted. The active deployer writes one every few seconds, so
   * a service reads some thousand of them at most when it starts.
   */
  private static final Duration HEARTBEATS_KEPT = Duration.ofHours(1);

  /** Room for a record's headers and framing on top of its value. */
  public static final int MAX_RECORD_BYTES = MAX_VALUE_BYTES + 64 * 1024;

  private static final int SPREAD = 16;

  /** The most bytes of lines that a partition of {@code fob.logs} keeps. */
  private static final long LOG_BYTES_KEPT = 64L * 1024 * 1024;

  /** Kafka deletes whole segments only. */
  private static final int SEGMENTS_OF_BOUND = 8;

  /** Registrations and removals. Key: function id. From the gateway to the deployer. */
  public static final Topic GEN = ordered("fob.gen", deleteAfter(Duration.ofDays(7)));

  /**
   * All functions and their states. Key: function id or name. From the deployer to all services.
   */
  public static final Topic FUNCTIONS = ordered("fob.functions", compactedWithin(HEARTBEATS_KEPT));

  /**
   * The code of all functions. Key: function id. From the deployer to gateways, and to itself after
   * a restart.
   */
  public static final Topic CODE = ordered("fob.code", compacted());

  /**
   * The secrets of functions, encrypted. Key: the secret's name. From the gateway to gateways and
   * the deployer.
   */
  public static final Topic SECRETS = ordered("fob.secrets", compacted());

  /**
   * Installed dependencies of functions, in pieces. Key: layer id, copy and number. From the
   * deployer to itself and other deployers.
   */
  public static final Topic LAYERS = ordered("fob.layers", compacted());

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
   * Dead letters: asynchronous calls that fob gave up. Key: request id. From the invoker to the
   * gateway and to operators.
   */
  public static final Topic DEAD = ordered("fob.dead", compactedFor(DEAD_KEPT));

  /** Claims of idempotency keys. The first claim of a key wins. From gateway to gateway. */
  public static final Topic KEYS = ordered("fob.keys", deleteAfter(Duration.ofHours(24)));

  /** The records that the previous owner of a partition still works on. From invoker to invoker. */
  public static final Topic HANDOVER = ordered("fob.handover", compactedFor(Duration.ofDays(1)));

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
      new Topic(
          "fob.logs", SPREAD, false, bounded(deleteAfter(Duration.ofDays(7)), LOG_BYTES_KEPT));

  public static final List<Topic> ALL =
      Stream.concat(
              Stream.of(
                  GEN, FUNCTIONS, CODE, LAYERS, SECRETS, CALL, RESPONSE, ASYNC, PROGRESS, DEAD,
                  KEYS, HANDOVER, REPORTS, LOGS),
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
          "fob.retry." + Durations.text(delay), 4, false, deleteAfter(Duration.ofDays(7)));
    }
  }

  private Topics() {}

  private static Topic ordered(String name, Map<String, String> config) {
    return new Topic(name, 1, true, config);
  }

  private static Topic spread(String name, Duration retention) {
    return new Topic(name, SPREAD, false, deleteAfter(retention));
  }

  private static Map<String, String> deleteAfter(Duration retention) {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_DELETE,
        TopicConfig.RETENTION_MS_CONFIG,
        Long.toString(retention.toMillis()),
        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
        "LogAppendTime",
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(MAX_RECORD_BYTES));
  }

  private static Map<String, String> bounded(Map<String, String> config, long bytes) {
    Map<String, String> bounded = new HashMap<>(config);
    bounded.put(TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(bytes));
    bounded.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(bytes / SEGMENTS_OF_BOUND));
    return bounded;
  }

  private static Map<String, String> compactedFor(Duration retention) {
    Map<String, String> config = new HashMap<>(deleteAfter(retention));
    config.put(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
    return config;
  }

  private static Map<String, String> compactedWithin(Duration lag) {
    Map<String, String> config = new HashMap<>(compacted());
    config.put(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(lag.toMillis()));
    return config;
  }

  private static Map<String, String> compacted() {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT,
        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
        "LogAppendTime",
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(MAX_RECORD_BYTES));
  }
}
