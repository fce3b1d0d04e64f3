package fob.standalone;

import static fob.standalone.KafkaClient.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls functions with a Kafka client without code of fob. */
@Timeout(60)
@ExtendWith(SharedFob.class)
class KafkaClientIT {

  private final FobClient fob;
  private final KafkaClient kafka;

  KafkaClientIT(SharedFob.Running running) {
    this.fob = running.client();
    this.kafka = new KafkaClient(running.fob().bootstrapServers());
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void recordWithoutAnyHeaderIsACallAndItsReplyIsOnTheResponseTopic() throws Exception {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    kafka.readFromNowOn("fob.response");

    // When
    RecordMetadata sent =
        kafka.send(new ProducerRecord<>("fob.call", add, "{\"param1\":1,\"param2\":1}"));

    // Then
    String requestId = "fob.call-" + sent.partition() + "-" + sent.offset();
    ConsumerRecord<String, String> reply = kafka.awaitReply(requestId);
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
    String topic = kafka.newTopic();
    kafka.readFromNowOn(topic);
    ProducerRecord<String, String> call =
        new ProducerRecord<>("fob.call", "any-key", "{\"param1\":1}");
    call.headers()
        .add("fob-request-id", "my-own-id".getBytes(UTF_8))
        .add("fob-function", "kafka-add".getBytes(UTF_8))
        .add("fob-reply-to", topic.getBytes(UTF_8));

    // When
    kafka.send(call);

    // Then
    ConsumerRecord<String, String> reply = kafka.awaitReply("my-own-id");
    assertThat(header(reply, "fob-status")).isEqualTo("bad-parameters");
    assertThat(header(reply, "fob-function")).isEqualTo("kafka-add");
    assertThat(reply.value()).contains("\"component\":\"function\"", "missing param2");
  }

  /** As clients do that have another way to choose a partition, or none. */
  @ParameterizedTest
  @ValueSource(strings = {"fob.call", "fob.async"})
  void recordInAnotherPartitionIsMovedOnceToThatOfItsFunction(String topic) throws Exception {
    // Given
    String id = fob.register("name=kafka-moved", Repository.example("add.py"));
    int right = Topic.partition(id, Topics.CALL.partitions());
    int wrong = (right + 1) % Topics.CALL.partitions();
    kafka.readFromNowOn("fob.response", topic);

    // When
    ProducerRecord<String, String> call =
        new ProducerRecord<>(topic, wrong, "kafka-moved", "{\"param1\":1,\"param2\":1}");
    call.headers().add("tenant", "blue".getBytes(UTF_8));
    RecordMetadata sent = kafka.send(call);

    // Then
    String requestId = topic + "-" + wrong + "-" + sent.offset();
    ConsumerRecord<String, String> moved = kafka.awaitReply(id);
    assertThat(moved.partition()).isEqualTo(right);
    assertThat(header(moved, "fob-moved")).isEqualTo(id);
    assertThat(header(moved, "fob-request-id")).isEqualTo(requestId);
    assertThat(header(moved, "tenant")).isEqualTo("blue");
    Answer result = fob.result(requestId);
    assertThat(result.text()).isEqualTo("{\"result\":2}");
    assertThat(result.header("Fob-Request-Id")).isEqualTo(requestId);
  }
}
