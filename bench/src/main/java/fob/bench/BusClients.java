package fob.bench;

import fob.bus.Bus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes the Kafka clients of a baseline. */
interface BusClients {

  Producer<String, byte[]> producer();

  /** Returns a consumer that is at the end of the first partitions of a topic. */
  Consumer<String, byte[]> consumer(String topic, int partitions);

  /** Clients with fob's settings, which send each record at once and have no consumer group. */
  static BusClients tuned(Bus bus) {
    return new BusClients() {
      @Override
      public Producer<String, byte[]> producer() {
        return bus.producer();
      }

      @Override
      public Consumer<String, byte[]> consumer(String topic, int partitions) {
        Consumer<String, byte[]> consumer = bus.reader();
        List<TopicPartition> all =
            IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        toEnd(consumer, all);
        return consumer;
      }
    };
  }

  /** Clients with the settings that Kafka has by default, each consumer in a group of its own. */
  static BusClients ordinary(String bootstrapServers) {
    return new BusClients() {
      private static final Duration POLL = Duration.ofMillis(100);
      private static final Duration JOIN = Duration.ofSeconds(60);

      @Override
      public Producer<String, byte[]> producer() {
        Map<String, Object> config =
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
      }

      @Override
      public Consumer<String, byte[]> consumer(String topic, int partitions) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, topic);
        Consumer<String, byte[]> consumer =
            new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        long deadline = System.nanoTime() + JOIN.toNanos();
        while (consumer.assignment().isEmpty()) {
          if (System.nanoTime() > deadline) {
            consumer.close();
            throw new IllegalStateException(
                "a consumer got no partition of %s within %d s".formatted(topic, JOIN.toSeconds()));
          }
          consumer.poll(POLL);
        }
        toEnd(consumer, List.copyOf(consumer.assignment()));
        return consumer;
      }
    };
  }

  private static void toEnd(Consumer<String, byte[]> consumer, List<TopicPartition> partitions) {
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // seekToEnd takes effect only when it is used
  }
}
