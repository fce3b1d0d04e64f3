package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka client without code of fob. Used by one thread. */
final class KafkaClient implements AutoCloseable {

  private static final Duration REPLY = Duration.ofSeconds(40);

  private final Map<String, Object> settings;
  private final KafkaProducer<String, String> producer;
  private final KafkaConsumer<String, String> consumer;

  KafkaClient(String bootstrapServers) {
    this.settings = Map.of("bootstrap.servers", bootstrapServers);
    this.producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }

  /** Creates a topic with one partition for replies. */
  String newTopic() throws ExecutionException, InterruptedException {
    String topic = "replies-" + UUID.randomUUID();
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    return topic;
  }

  RecordMetadata send(ProducerRecord<String, String> record)
      throws ExecutionException, InterruptedException {
    return producer.send(record).get();
  }

  void readFromNowOn(String... topics) {
    List<TopicPartition> all =
        Stream.of(topics)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(one -> new TopicPartition(one.topic(), one.partition()))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
  }

  ConsumerRecord<String, String> awaitReply(String key) {
    return awaitReplies(key, 1).getFirst();
  }

  /** Waits for a record with each of these keys. */
  List<ConsumerRecord<String, String>> awaitReplies(List<String> keys) {
    return await(keys::contains, keys.size());
  }

  /** Waits for records with this key, and returns the first ones in their order. */
  List<ConsumerRecord<String, String>> awaitReplies(String key, int count) {
    return await(key::equals, count);
  }

  private List<ConsumerRecord<String, String>> await(Predicate<String> wanted, int count) {
    List<ConsumerRecord<String, String>> found = new ArrayList<>();
    long deadline = System.nanoTime() + REPLY.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
        if (each.key() != null && wanted.test(each.key())) {
          found.add(each);
        }
      }
      if (found.size() >= count) {
        return found;
      }
    }
    throw new AssertionError("of " + count + " records came " + found);
  }

  /** Reads all records of a topic, up to its end. */
  List<ConsumerRecord<String, String>> all(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(topic, one.partition()))
            .toList();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    while (partitions.stream()
        .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
      consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    }
    return records;
  }

  static String header(ConsumerRecord<String, String> reply, String name) {
    return Optional.ofNullable(reply.headers().lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, UTF_8))
        .orElse("");
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
