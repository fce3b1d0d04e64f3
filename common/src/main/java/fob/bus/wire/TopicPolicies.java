package fob.bus.wire;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The settings of topics, by what becomes of their records. Kafka deletes and compacts whole
 * segments only, and never the newest one. So the size and the age of segments bound how much a
 * topic keeps, and a restart reads, beyond what is live.
 */
public final class TopicPolicies {

  /** The settings of segments and compaction, which fob also sets on topics that exist. */
  public static final Set<String> SEGMENTS =
      Set.of(
          TopicConfig.SEGMENT_BYTES_CONFIG,
          TopicConfig.SEGMENT_MS_CONFIG,
          TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG);

  private static final long SEGMENT_BYTES = 64L * 1024 * 1024;

  /** So a topic keeps records for an eighth longer than it must, and no more. */
  private static final int SEGMENTS_OF_BOUND = 8;

  private static final Duration OLDEST_SEGMENT = Duration.ofDays(1);

  /** A topic is compacted when a quarter of it may be garbage. */
  private static final String DIRTY_RATIO = "0.25";

  private TopicPolicies() {}

  /** Records are deleted after a time. */
  static Map<String, String> deleteAfter(Duration retention) {
    Map<String, String> config = policy(TopicConfig.CLEANUP_POLICY_DELETE);
    config.put(TopicConfig.RETENTION_MS_CONFIG, ms(retention));
    Duration share = retention.dividedBy(SEGMENTS_OF_BOUND);
    config.put(
        TopicConfig.SEGMENT_MS_CONFIG,
        ms(share.compareTo(OLDEST_SEGMENT) < 0 ? share : OLDEST_SEGMENT));
    return config;
  }

  /** Records are deleted after a time, or when newer ones fill the partition. */
  static Map<String, String> deleteAfter(Duration retention, long bytes) {
    Map<String, String> config = deleteAfter(retention);
    config.put(TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(bytes));
    config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(bytes / SEGMENTS_OF_BOUND));
    return config;
  }

  /**
   * The last record of every key is kept.
   *
   * @param lag after this time records that a newer one has replaced are removed
   */
  static Map<String, String> compacted(Duration lag) {
    Map<String, String> config = policy(TopicConfig.CLEANUP_POLICY_COMPACT);
    config.put(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, ms(lag));
    config.put(TopicConfig.SEGMENT_MS_CONFIG, ms(lag));
    config.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, DIRTY_RATIO);
    return config;
  }

  /** The last record of every key is kept for a time. */
  static Map<String, String> compacted(Duration lag, Duration retention) {
    Map<String, String> config = compacted(lag);
    config.put(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
    config.put(TopicConfig.RETENTION_MS_CONFIG, ms(retention));
    return config;
  }

  private static Map<String, String> policy(String policy) {
    Map<String, String> config = new HashMap<>();
    config.put(TopicConfig.CLEANUP_POLICY_CONFIG, policy);
    config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Topics.MAX_RECORD_BYTES));
    config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(SEGMENT_BYTES));
    return config;
  }

  private static String ms(Duration time) {
    return Long.toString(time.toMillis());
  }
}
