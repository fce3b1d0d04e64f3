package fob.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/** The settings of fob's Kafka consumers. */
final class ConsumerTuning {

  private static final int SESSION_TIMEOUT_MS = 6_000;
  private static final int HEARTBEAT_MS = 1_500;

  /**
   * The same for a member that has no other one beside it: nobody has to take its partitions over,
   * and after a restart its name gets them back at once. Every heartbeat costs some twenty thread
   * switches.
   */
  private static final int ALONE_SESSION_TIMEOUT_MS = 20_000;

  private static final int ALONE_HEARTBEAT_MS = 5_000;

  /**
   * How long the broker may hold a fetch while there is no record. If there is one, the broker
   * answers at once. After a restart a group's first record waits for two such fetches.
   */
  private static final int FETCH_MAX_WAIT_MS = 100;

  /**
   * The same for a consumer whose partitions stay the same, so nothing else waits for its fetch.
   * Every fetch costs some ten thread switches, also if nothing comes.
   */
  private static final int FOLLOWER_FETCH_MAX_WAIT_MS = 5_000;

  /**
   * The same for members of a group whose partitions do not move. If one topic is full, its
   * partitions are left out of a fetch, and can wait for that one's end when there is room again.
   */
  private static final int ALONE_FETCH_MAX_WAIT_MS = 500;

  /** How many fetched bytes a consumer holds before they are unpacked. */
  private static final int FETCH_MAX_BYTES = 16 * 1024 * 1024;

  /**
   * Records are unpacked when they are polled, and each may have a MiB. So this bounds the memory
   * of one poll, however small the compressed batch was.
   */
  private static final int MAX_POLL_RECORDS = 32;

  private ConsumerTuning() {}

  /** Of a consumer that has no group. */
  static Map<String, Object> ofReader() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MS);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_MAX_BYTES);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return settings;
  }

  /** Of a consumer that has no group and always the same partitions. */
  static Map<String, Object> ofFollower() {
    Map<String, Object> settings = ofReader();
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FOLLOWER_FETCH_MAX_WAIT_MS);
    return settings;
  }

  /**
   * Of a member of a group. It uses the classic group protocol, in which the client sets the
   * session timeout. In the newer protocol the broker sets it, usually to 45 s, and a killed member
   * must be replaced sooner.
   *
   * @param member see {@link Bus#member}
   * @param isAlone see {@link BusSettings#alone}
   */
  static Map<String, Object> ofMember(Group group, Optional<String> member, boolean isAlone) {
    boolean hasTopics = group.topics().size() > 1;
    Map<String, Object> settings = isAlone && !hasTopics ? ofFollower() : ofReader();
    if (isAlone && hasTopics) {
      settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, ALONE_FETCH_MAX_WAIT_MS);
    }
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group.name());
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    settings.put(
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        isAlone ? ALONE_SESSION_TIMEOUT_MS : SESSION_TIMEOUT_MS);
    settings.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, isAlone ? ALONE_HEARTBEAT_MS : HEARTBEAT_MS);
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        (hasTopics ? ShardAssignor.class : CooperativeStickyAssignor.class).getName());
    member.ifPresent(name -> settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name));
    return settings;
  }

  /** Of {@link Bus#searcher}. */
  static Map<String, Object> ofSearcher() {
    Map<String, Object> settings = ofReader();
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 0);
    return settings;
  }

  /** Of {@link Bus#uncheckedReader}. */
  static Map<String, Object> ofUncheckedReader() {
    Map<String, Object> settings = ofReader();
    settings.put(ConsumerConfig.CHECK_CRCS_CONFIG, false);
    return settings;
  }

  /** What all clients of Kafka have, not only consumers. */
  static Map<String, Object> reconnectQuickly() {
    return Map.of(
        CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 50,
        CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
  }
}
