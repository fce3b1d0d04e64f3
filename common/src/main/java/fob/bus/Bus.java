package fob.bus;

import fob.bus.wire.Topic;
import fob.metrics.Metrics;
import fob.service.Loops;
import fob.traces.Traces;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;

/**
 * Makes Kafka clients that are tuned for request and reply. A property in {@link BusSettings}
 * overrides the tuning. The caller closes the clients that it gets, and then the bus. Thread-safe.
 */
public final class Bus implements AutoCloseable {

  static final int DELIVERY_TIMEOUT_MS = 10_000;
  static final int REQUEST_TIMEOUT_MS = 5_000;

  private final BusSettings settings;
  private final Loops loops = new Loops();
  private final Metrics metrics;
  private final Traces traces;
  private final ClientMetrics clients;
  private final OwnAdmin own = new OwnAdmin(this::admin);
  private final TopicIds topicIds = new TopicIds(own::get);
  private final LogEnds ends = new LogEnds(own::get);
  private final GroupPoll groupPoll = new GroupPoll(loops, own::get);

  public Bus(BusSettings settings) {
    this.settings = settings;
    this.metrics = new Metrics(settings.metrics(), ClientMetrics.filter());
    this.traces = Traces.of(settings.traces());
    this.clients = new ClientMetrics(metrics);
  }

  /** What this process counts. */
  public Metrics metrics() {
    return metrics;
  }

  /** What traces the calls of this process. */
  public Traces traces() {
    return traces;
  }

  /** Those of this process that use Kafka. */
  public Loops loops() {
    return loops;
  }

  GroupPoll groupPoll() {
    return groupPoll;
  }

  public LogEnds ends() {
    return ends;
  }

  TopicIds topicIds() {
    return topicIds;
  }

  public BusSettings settings() {
    return settings;
  }

  /**
   * A producer that sends each record at once, and waits until all in-sync replicas have it, or
   * fails after 10 s.
   */
  public Producer<String, byte[]> producer() {
    return producer(ProducerTuning.config());
  }

  private Producer<String, byte[]> producer(Map<String, Object> config) {
    config.putAll(settings.properties());
    return clients.of(ClientThreads.producer(config));
  }

  /**
   * A producer like {@link #producer}, for records that are not urgent: it collects them for 20 ms
   * and writes them in batches.
   */
  public Producer<String, byte[]> bulkProducer() {
    return producer(ProducerTuning.ofBulk());
  }

  /**
   * A producer like {@link #producer} that writes in transactions. When another producer with this
   * id begins, Kafka refuses every further write of this one.
   *
   * @param id the same for all producers of which one may write
   */
  public Producer<String, byte[]> transactionalProducer(String id) {
    return producer(ProducerTuning.ofTransactions(id));
  }

  /**
   * A consumer for {@code assign()}, without a group and commits. It asks for data ten times a
   * second, so it soon asks for other partitions when they change.
   */
  public LogReader reader() {
    return consumer(ConsumerTuning.ofReader(), _ -> Map.of());
  }

  /**
   * A consumer like {@link #reader} for partitions that stay the same. The broker holds its fetches
   * for 5 s, and answers at once when there is a record.
   */
  public LogReader follower() {
    return consumer(ConsumerTuning.ofFollower(), _ -> Map.of());
  }

  /** A consumer like {@link #reader}, whose partitions change when those of a group move. */
  public LogReader shardReader() {
    return settings.isAlone() ? follower() : reader();
  }

  /**
   * A consumer like {@link #reader}, to read what is there already, now in one partition and then
   * in another. The broker answers a fetch at the end of a partition at once.
   */
  public LogReader searcher() {
    return consumer(ConsumerTuning.ofSearcher(), _ -> Map.of());
  }

  /**
   * A consumer like {@link #reader} that does not check Kafka's checksums: it also returns a record
   * that was damaged on the broker's disk.
   */
  public LogReader uncheckedReader() {
    return consumer(ConsumerTuning.ofUncheckedReader(), _ -> Map.of());
  }

  /**
   * A consumer for {@code subscribe()} to the topics of a group. The caller makes the commits. A
   * partition without a commit has the one of an earlier group ({@link EarlierGroups}).
   *
   * @param member a name that only this member has, and that it keeps over restarts. It then gets
   *     its partitions back at once, also after a kill. Empty: a new member at every start
   */
  public LogReader member(Group group, Optional<String> member) {
    return clients.of(
        consumer(
            ConsumerTuning.ofMember(group, member, settings.isAlone()), earlier(group)::commits));
  }

  /** What the groups have left that read the topics of this group in earlier versions of fob. */
  public EarlierGroups earlier(Group group) {
    return new EarlierGroups(this::admin, group);
  }

  /**
   * The id of the Kafka cluster. It never changes.
   *
   * @throws IllegalStateException if the cluster cannot be asked
   */
  public String clusterId() throws InterruptedException {
    return own.clusterId();
  }

  /**
   * How many partitions topics have, by their names.
   *
   * @throws IllegalStateException if the cluster cannot be asked
   */
  public Map<String, Integer> partitions(List<Topic> topics) throws InterruptedException {
    return own.partitions(topics);
  }

  public Admin admin() {
    Map<String, Object> config = new HashMap<>(ConsumerTuning.reconnectQuickly());
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    config.putAll(settings.properties());
    return ClientThreads.admin(config);
  }

  private LogReader consumer(Map<String, Object> config, TopicConsumer.EarlierCommits earlier) {
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    config.putAll(ConsumerTuning.reconnectQuickly());
    config.putAll(settings.properties());
    return new TopicConsumer(config, topicIds, ends, earlier);
  }

  @Override
  public void close() {
    own.close();
    clients.close();
    metrics.close();
    traces.close();
  }
}
