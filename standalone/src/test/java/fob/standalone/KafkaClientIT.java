package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Any Kafka client can call a function: here one that has nothing of fob. */
@Timeout(60)
@ExtendWith(SharedFob.class)
class KafkaClientIT {

  private static final Duration REPLY = Duration.ofSeconds(30);

  private final FobClient fob;
  private final Map<String, Object> settings;
  private final KafkaProducer<String, String> producer;
  private final KafkaConsumer<String, String> consumer;

  KafkaClientIT(SharedFob.Running running) {
    this.fob = running.client();
    this.settings = Map.of("bootstrap.servers", running.fob().bootstrapServers());
    this.producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }

  @AfterEach
  void close() {
    producer.close();
    consumer.close();
  }

  @Test
  void recordWithoutAnyHeaderIsACallAndItsReplyIsOnTheResponseTopic() throws Exception {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    readFromNowOn("fob.response");

    // When
    RecordMetadata sent =
        send(new ProducerRecord<>("fob.call", add, "{\"param1\":1,\"param2\":1}"));

    // Then
    String requestId = "fob.call-" + sent.partition() + "-" + sent.offset();
    ConsumerRecord<String, String> reply = awaitReply(requestId);
    assertThat(reply.value()).isEqualTo("{\"result\":2}");
    assertThat(header(reply, "fob-request-id")).isEqualTo(requestId);
    assertThat(header(reply, "fob-function")).isEqualTo(add);
    assertThat(header(reply, "fob-status")).isEqualTo("ok");
    assertThat(header(reply, "fob-attempt")).isEqualTo("1");
    assertThat(header(reply, "fob-timing")).matches("queue=\\d+,wait=\\d+,run=\\d+");
    assertThat(header(reply, "content-type")).isEqualTo("application/json");
  }

  @Test
  void callerMayNameTheRequestTheFunctionAndTheTopicForTheReply() throws Exception {
    // Given
    fob.register("name=kafka-add", Repository.example("add.py"));
    String topic = "replies-" + UUID.randomUUID();
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    readFromNowOn(topic);
    ProducerRecord<String, String> call =
        new ProducerRecord<>("fob.call", "any-key", "{\"param1\":1}");
    call.headers()
        .add("fob-request-id", "my-own-id".getBytes(UTF_8))
        .add("fob-function", "kafka-add".getBytes(UTF_8))
        .add("fob-reply-to", topic.getBytes(UTF_8));

    // When
    send(call);

    // Then
    ConsumerRecord<String, String> reply = awaitReply("my-own-id");
    assertThat(header(reply, "fob-status")).isEqualTo("bad-parameters");
    assertThat(header(reply, "fob-function")).isEqualTo("kafka-add");
    assertThat(reply.value()).contains("\"component\":\"function\"", "missing param2");
  }

  private RecordMetadata send(ProducerRecord<String, String> record)
      throws ExecutionException, InterruptedException {
    return producer.send(record).get();
  }

  private void readFromNowOn(String topic) {
    List<TopicPartition> all =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
  }

  private ConsumerRecord<String, String> awaitReply(String key) {
    long deadline = System.nanoTime() + REPLY.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
        if (key.equals(each.key())) {
          return each;
        }
      }
    }
    throw new AssertionError("no reply with the key " + key);
  }

  private static String header(ConsumerRecord<String, String> reply, String name) {
    return Optional.ofNullable(reply.headers().lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, UTF_8))
        .orElse("");
  }
}
