package fob.bus;

import fob.service.Loops;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes Kafka clients that are tuned for request and reply. A property in {@link BusSettings}
 * overrides the tuning. The caller closes the clients that it gets, and then the bus. Thread-safe.
 */
public final class Bus implements AutoCloseable {

  static final int DELIVERY_TIMEOUT_MS = 10_000;
  static final int REQUEST_TIMEOUT_MS = 5_000;
  private static final int BULK_LINGER_MS = 20;
  private static final int BULK_BATCH_BYTES = 256 * 1024;
  private static final int SESSION_TIMEOUT_MS = 6_000;
  private static final int HEARTBEAT_MS = 1_500;

  /**
   * How long the broker may hold a fetch while there is no record. If there is one, the broker
   * answers at once. After a restart a group's first record waits for two such fetches.
   */
  private static final int FETCH_MAX_WAIT_MS = 100;

  /** How many fetched bytes a consumer holds before they are unpacked. */
  private static final int FETCH_MAX_BYTES = 16 * 1024 * 1024;

  /**
   * Records are unpacked when they are polled, and each may have a MiB. So this bounds the memory
   * of one poll, however small the compressed batch was.
   */
  private static final int MAX_POLL_RECORDS = 32;

  private final BusSettings settings;
  private final Loops loops = new Loops();
  private final TopicIds topicIds = new TopicIds(this::admin);

  public Bus(BusSettings settings) {
    this.settings = settings;
  }

  /** The loops of this process that use Kafka. */
  public Loops loops() {
    return loops;
  }

  /** The ids of topics that the consumers of this bus know. */
  TopicIds topicIds() {
    return topicIds;
  }

  public BusSettings settings() {
    return settings;
  }

  /**
   * A producer that sends each record at once, and waits until all in-sync replicas have it. A
   * record that cannot be written within 10 s fails.
   */
  public Producer<String, byte[]> producer() {
    return producer(ProducerTuning.config());
  }

  private Producer<String, byte[]> producer(Map<String, Object> config) {
    config.putAll(settings.properties());
    return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * A producer like {@link #producer}, for records that are not urgent: it collects them for 20 ms
   * and writes them in batches.
   */
  public Producer<String, byte[]> bulkProducer() {
    Map<String, Object> config = ProducerTuning.config();
    config.put(ProducerConfig.LINGER_MS_CONFIG, BULK_LINGER_MS);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BULK_BATCH_BYTES);
    return producer(config);
  }

  /**
   * A producer like {@link #producer} that writes in transactions. When another producer with this
   * id begins, Kafka refuses every further write of this one.
   *
   * @param id the same for all producers of which one may write
   */
  public Producer<String, byte[]> transactionalProducer(String id) {
    Map<String, Object> config = ProducerTuning.config();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    return producer(config);
  }

  /** A consumer for {@code assign()}. It has no group and makes no commits. */
  public LogReader reader() {
    return reader(FETCH_MAX_WAIT_MS);
  }

  /**
   * A consumer like {@link #reader}, to read what is there already, now in one partition and then
   * in another. The broker answers a fetch at the end of a partition at once. The client does not
   * ask for another partition before that.
   */
  public LogReader searcher() {
    return reader(0);
  }

  private LogReader reader(int fetchMaxWaitMs) {
    return consumer(
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            fetchMaxWaitMs));
  }

  /**
   * A consumer for {@code subscribe()}. The caller makes the commits. It uses the classic group
   * protocol, in which the client sets the session timeout. In the newer protocol the broker sets
   * it, usually to 45 s, and a killed member must be replaced sooner.
   *
   * @param member a name that only this member has, and that it keeps over restarts. It then gets
   *     its partitions back at once, also after a kill. Empty: a new member at every start
   */
  public LogReader member(String group, Optional<String> member) {
    Map<String, Object> purpose = new HashMap<>();
    purpose.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    purpose.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    purpose.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    purpose.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS);
    purpose.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    purpose.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    purpose.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    member.ifPresent(name -> purpose.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name));
    return consumer(purpose);
  }

  /**
   * The id of the Kafka cluster. It never changes.
   *
   * @throws IllegalStateException if the cluster cannot be asked
   */
  public String clusterId() throws InterruptedException {
    try (Admin admin = admin()) {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the Kafka cluster does not tell its id: " + e.getMessage(), e);
    }
  }

  public Admin admin() {
    Map<String, Object> config = new HashMap<>(reconnectQuickly());
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    config.putAll(settings.properties());
    return Admin.create(config);
  }

  private LogReader consumer(Map<String, Object> purpose) {
    Map<String, Object> config = new HashMap<>(purpose);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    config.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MS);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_MAX_BYTES);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    config.putAll(reconnectQuickly());
    config.putAll(settings.properties());
    return new TopicConsumer(config, topicIds);
  }

  static Map<String, Object> reconnectQuickly() {
    return Map.of(
        AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 50,
        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
  }

  @Override
  public void close() {
    topicIds.close();
  }
}
