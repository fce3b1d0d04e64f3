package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bench.counts.Serving;
import fob.bus.Bus;
import fob.bus.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Requests and replies over Kafka alone, by plain Kafka clients. All requests have the same key,
 * like the calls of one function, and all replies are read from one partition, as a gateway does. A
 * header has the id that the request and its reply share.
 */
final class BusTarget implements Target, AutoCloseable {

  /** With fob's client settings: fob cannot be faster than this. */
  static final String BARE = "bare bus";

  /** With Kafka's default settings: what an application has that does this by itself. */
  static final String ORDINARY = "ordinary";

  private static final String KEY = "function";
  private static final String ID = "id";
  private static final int REPLY_PARTITION = 0;
  private static final short ONE_REPLICA = 1;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final String name;
  private final String repliesTopic;
  private final String requestsTopic;
  private final byte[] request;
  private final byte[] reply;
  private final Producer<String, byte[]> requests;
  private final Producer<String, byte[]> replies;
  private final BusReader worker;
  private final BusReader listener;
  private final Map<String, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  private BusTarget(String name, String topics, BusClients clients, Workload workload) {
    this.name = name;
    this.requestsTopic = topics + ".requests";
    this.repliesTopic = topics + ".replies";
    this.request = workload.request();
    this.reply = workload.reply();
    this.requests = clients.producer();
    this.replies = clients.producer();
    int partitions = Topics.CALL.partitions();
    this.worker =
        new BusReader("bench-requests", clients.consumer(requestsTopic, partitions), this::answer);
    this.listener =
        new BusReader("bench-replies", clients.consumer(repliesTopic, 1), this::deliver);
  }

  /** Starts {@link #BARE}. The numbers of partitions and the client settings are fob's. */
  static BusTarget bare(Bus bus, Workload workload)
      throws InterruptedException, ExecutionException {
    String topics = create(bus, Topics.RESPONSE.partitions());
    return new BusTarget(BARE, topics, BusClients.tuned(bus), workload);
  }

  /** Starts {@link #ORDINARY}. */
  static BusTarget ordinary(Bus bus, String bootstrapServers, Workload workload)
      throws InterruptedException, ExecutionException {
    String topics = create(bus, REPLY_PARTITION + 1);
    return new BusTarget(ORDINARY, topics, BusClients.ordinary(bootstrapServers), workload);
  }

  private static String create(Bus bus, int replyPartitions)
      throws InterruptedException, ExecutionException {
    String topics = "bench." + UUID.randomUUID();
    try (Admin admin = bus.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topics + ".requests", Topics.CALL.partitions(), ONE_REPLICA),
                  new NewTopic(topics + ".replies", replyPartitions, ONE_REPLICA)))
          .all()
          .get();
    }
    return topics;
  }

  private void answer(ConsumerRecord<String, byte[]> asked) {
    ProducerRecord<String, byte[]> answer =
        new ProducerRecord<>(repliesTopic, REPLY_PARTITION, KEY, reply);
    answer.headers().add(ID, asked.headers().lastHeader(ID).value());
    var _ = replies.send(answer);
  }

  private void deliver(ConsumerRecord<String, byte[]> answer) {
    CompletableFuture<byte[]> waiting = pending.remove(id(answer.headers()));
    if (waiting != null) {
      waiting.complete(answer.value());
    }
  }

  private static String id(Headers headers) {
    return new String(headers.lastHeader(ID).value(), UTF_8);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Serving serving() {
    return Serving.BUS_CLIENTS;
  }

  @Override
  public Client client() {
    return new Client() {
      @Override
      public void call() throws Exception {
        String id = Long.toString(ids.incrementAndGet());
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        pending.put(id, answer);
        ProducerRecord<String, byte[]> question = new ProducerRecord<>(requestsTopic, KEY, request);
        question.headers().add(ID, id.getBytes(UTF_8));
        var _ = requests.send(question);
        answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {
    requests.close(TIMEOUT);
    worker.close();
    replies.close(TIMEOUT);
    listener.close();
  }
}
