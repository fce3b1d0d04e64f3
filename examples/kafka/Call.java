// Calls a function over Kafka alone: produces to fob.async and waits for the reply on fob.response.
// Needs a JDK 17 or newer and kafka-clients, which a built checkout of fob has (./fob build). The request id is optional; it
// must be new for each call, and is random by default. Run in this folder:
//
//   java -cp '../../standalone/target/lib/*' Call.java localhost:9092 add '{"param1": 1, "param2": 1}' [request id]

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class Call {

  public static void main(String[] args) throws Exception {
    String id = args.length > 3 ? args[3] : UUID.randomUUID().toString();
    System.out.println(call(args[0], args[1], args[2], id));
  }

  static String call(String servers, String function, String parameters, String id)
      throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", servers);
    try (var consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        var producer =
            new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      readFromNowOn(consumer, "fob.response");
      var call = new ProducerRecord<>("fob.async", function, parameters);
      call.headers().add("fob-request-id", id.getBytes(UTF_8));
      producer.send(call).get();
      long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> reply : consumer.poll(Duration.ofSeconds(1))) {
          // The topic has the replies to all calls; the key of a reply is its request id.
          if (id.equals(reply.key())) {
            return reply.value();
          }
        }
      }
      throw new IllegalStateException(
          "no reply within a minute; /api/result/" + id + " tells when there is one");
    }
  }

  private static void readFromNowOn(KafkaConsumer<String, String> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(topic, one.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // seekToEnd takes effect only when the position is used.
    partitions.forEach(consumer::position);
  }
}
