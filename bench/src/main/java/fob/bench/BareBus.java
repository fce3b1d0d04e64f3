package fob.bench;

import fob.bench.counts.Serving;
import fob.bus.Bus;
import fob.bus.wire.Topics;
import fob.service.Threads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Requests and replies over Kafka alone, which fob cannot be faster than. The numbers of partitions
 * and the client settings are fob's. All requests have the same key, like the calls of one
 * function, and all replies are read from one partition, as a gateway does.
 */
final class BareBus implements Target, AutoCloseable {

  static final String NAME = "bare bus";

  private static final String REQUESTS = "bench.requests";
  private static final String REPLIES = "bench.replies";
  private static final String KEY = "function";
  private static final int REPLY_PARTITION = 0;
  private static final short ONE_REPLICA = 1;
  private static final byte[] PAYLOAD = "{\"result\":1}".getBytes(StandardCharsets.UTF_8);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Producer<String, byte[]> requests;
  private final Producer<String, byte[]> replies;
  private final Reader worker;
  private final Reader listener;
  private final Map<String, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  private BareBus(Bus bus) {
    requests = bus.producer();
    replies = bus.producer();
    worker = new Reader(bus, REQUESTS, Topics.CALL.partitions(), this::answer);
    listener = new Reader(bus, REPLIES, REPLY_PARTITION + 1, this::deliver);
  }

  static BareBus start(Bus bus) throws InterruptedException, ExecutionException {
    try (Admin admin = bus.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(REQUESTS, Topics.CALL.partitions(), ONE_REPLICA),
                  new NewTopic(REPLIES, Topics.RESPONSE.partitions(), ONE_REPLICA)))
          .all()
          .get();
    }
    return new BareBus(bus);
  }

  private void answer(ConsumerRecord<String, byte[]> request) {
    var _ =
        replies.send(
            new ProducerRecord<>(
                REPLIES,
                REPLY_PARTITION,
                new String(request.value(), StandardCharsets.UTF_8),
                PAYLOAD));
  }

  private void deliver(ConsumerRecord<String, byte[]> reply) {
    CompletableFuture<byte[]> waiting = pending.remove(reply.key());
    if (waiting != null) {
      waiting.complete(reply.value());
    }
  }

  @Override
  public String name() {
    return NAME;
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
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        pending.put(id, reply);
        var _ =
            requests.send(new ProducerRecord<>(REQUESTS, KEY, id.getBytes(StandardCharsets.UTF_8)));
        reply.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
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

  private interface Handler {
    void handle(ConsumerRecord<String, byte[]> record);
  }

  /** Passes new records of a topic's first partitions to a handler, on a thread of its own. */
  private static final class Reader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<String, byte[]> consumer;
    private final Handler handler;
    private final Thread thread;

    Reader(Bus bus, String topic, int count, Handler handler) {
      this.consumer = bus.reader();
      this.handler = handler;
      List<TopicPartition> partitions =
          IntStream.range(0, count)
              .mapToObj(partition -> new TopicPartition(topic, partition))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(
          consumer::position); // seekToEnd takes effect only when the position is used
      this.thread = Thread.ofPlatform().daemon().name("bench-" + topic).start(this::run);
    }

    private void run() {
      try (consumer) {
        while (true) {
          consumer.poll(POLL).forEach(handler::handle);
        }
      } catch (WakeupException closed) {
        // close() has been called
      }
    }

    @Override
    public void close() {
      consumer.wakeup();
      Threads.join(thread, TIMEOUT);
    }
  }
}
