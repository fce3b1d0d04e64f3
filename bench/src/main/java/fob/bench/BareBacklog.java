package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.Bus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A backlog of requests and replies over Kafka alone, with fob's client settings, for comparison
 * with {@link Backlog}.
 */
final class BareBacklog {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final short ONE_REPLICA = 1;
  private static final byte[] VALUE = "{\"result\":1}".getBytes(UTF_8);

  private BareBacklog() {}

  /** Returns the time from the first request to the last reply. */
  static Duration drain(Bus bus, int records)
      throws IOException, InterruptedException, ExecutionException {
    String name = "bench.backlog." + UUID.randomUUID();
    TopicPartition requests = new TopicPartition(name + ".requests", 0);
    TopicPartition replies = new TopicPartition(name + ".replies", 0);
    try (Admin admin = bus.admin();
        Producer<String, byte[]> first = bus.bulkProducer();
        Producer<String, byte[]> second = bus.producer();
        Consumer<String, byte[]> worker = bus.reader();
        Consumer<String, byte[]> caller = bus.reader()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(requests.topic(), 1, ONE_REPLICA),
                  new NewTopic(replies.topic(), 1, ONE_REPLICA)))
          .all()
          .get();
      begin(worker, requests);
      begin(caller, replies);
      long start = System.nanoTime();
      for (int i = 0; i < records; i++) {
        var _ = first.send(new ProducerRecord<>(requests.topic(), Integer.toString(i), VALUE));
      }
      int answered = 0;
      int seen = 0;
      while (seen < records) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new IOException("the bare bus did not reply to all records within " + PATIENCE);
        }
        for (ConsumerRecord<String, byte[]> record :
            worker.poll(answered < records ? POLL : Duration.ZERO)) {
          answered++;
          var _ = second.send(new ProducerRecord<>(replies.topic(), record.key(), VALUE));
        }
        seen += caller.poll(answered < records ? Duration.ZERO : POLL).count();
      }
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private static void begin(Consumer<String, byte[]> consumer, TopicPartition partition) {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    consumer.position(partition);
  }
}
