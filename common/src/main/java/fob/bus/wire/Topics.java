package fob.bus.wire;

import fob.service.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The only place of topic names, partition counts and retention. Topics that are read into memory
 * whole have one partition, which makes "read to the end" one comparison and gives registrations
 * one order.
 */
public final class Topics {

  /** The most that a payload, a result or a function's code may have, in bytes. */
  public static final int MAX_VALUE_BYTES = 1024 * 1024;

  /** How long the result of a call can be looked up. */
  public static final Duration RESULTS_KEPT = Duration.ofHours(24);

  /** How long a dead letter waits for somebody. */
  public static final Duration DEAD_KEPT = Duration.ofDays(14);

  /**
   * The active deployer writes a row every few seconds for ever. This bounds how many of them a
   * service reads at its start, to some thousand.
   */
  private static final Duration HEARTBEATS_KEPT = Duration.ofHours(1);

  /** Room for a record's headers and framing on top of its value. */
  public static final int MAX_RECORD_BYTES = MAX_VALUE_BYTES + 64 * 1024;

  private static final int SPREAD = 16;

  /** Registrations and removals, key: function id. Gateway to deployer. */
  public static final Topic GEN = ordered("fob.gen", deleteAfter(Duration.ofDays(7)));

  /** Every function and how it is, key: function id or name. Deployer to all. */
  public static final Topic FUNCTIONS = ordered("fob.functions", compactedWithin(HEARTBEATS_KEPT));

  /**
   * Every function's code, key: function id. Deployer to gateways and to itself after a restart.
   */
  public static final Topic CODE = ordered("fob.code", compacted());

  /** Synchronous calls, key: function id. Gateway to invoker. */
  public static final Topic CALL = spread("fob.call", Duration.ofHours(1));

  /** Replies, key: request id. Invoker to gateway, and to anyone who asks later. */
  public static final Topic RESPONSE = spread("fob.response", RESULTS_KEPT);

  /** Asynchronous calls, key: function id or name. Anyone to invoker. */
  public static final Topic ASYNC = spread("fob.async", Duration.ofDays(7));

  /** Calls that come back to {@code fob.async} after the tier's delay. Invoker to invoker. */
  public static final List<Tier> RETRY =
      List.of(
          new Tier(Duration.ofSeconds(1)),
          new Tier(Duration.ofSeconds(10)),
          new Tier(Duration.ofMinutes(1)),
          new Tier(Duration.ofMinutes(10)));

  /** How calls are that are not over, key: request id. Gateway and invoker to gateway. */
  public static final Topic PROGRESS = spread("fob.progress", RESULTS_KEPT);

  /** Asynchronous calls that were given up, key: request id. Invoker to operators. */
  public static final Topic DEAD = ordered("fob.dead", compactedFor(DEAD_KEPT));

  /** Idempotency keys, first come first served. Gateway to gateway. */
  public static final Topic KEYS = ordered("fob.keys", deleteAfter(Duration.ofHours(24)));

  /** Which records the old owner of a partition still works on. Invoker to invoker. */
  public static final Topic HANDOVER = ordered("fob.handover", compactedFor(Duration.ofDays(1)));

  /** Instances that do not serve calls as they should, key: function id. Invoker to deployer. */
  public static final Topic REPORTS = ordered("fob.reports", deleteAfter(Duration.ofHours(1)));

  public static final List<Topic> ALL =
      Stream.concat(
              Stream.of(
                  GEN, FUNCTIONS, CODE, CALL, RESPONSE, ASYNC, PROGRESS, DEAD, KEYS, HANDOVER,
                  REPORTS),
              RETRY.stream().map(Tier::topic))
          .toList();

  /**
   * A topic whose records all wait for the same time, so that they come due in their order.
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
