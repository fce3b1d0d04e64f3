package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Producers with wrong clocks and with transactions. */
@Timeout(60)
@ExtendWith(SharedFob.class)
class ForeignProducerIT {

  private final String bootstrapServers;
  private final FobClient fob;
  private final KafkaClient kafka;

  ForeignProducerIT(SharedFob.Running running) {
    this.bootstrapServers = running.fob().bootstrapServers();
    this.fob = running.client();
    this.kafka = new KafkaClient(bootstrapServers);
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  private static ProducerRecord<String, String> call(
      String topic, long timestamp, String function, String id) {
    ProducerRecord<String, String> call =
        new ProducerRecord<>(topic, null, timestamp, function, "{}");
    call.headers().add("fob-request-id", id.getBytes(UTF_8));
    return call;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fob.call", "fob.async"})
  void clockOfAProducerIsNotTheAgeOfItsCall(String topic) throws Exception {
    // Given
    String function = fob.register("timeout=20s&max-age=30s", "def callme():\n    return 'ran'\n");
    long hour = Duration.ofHours(1).toMillis();

    // When
    kafka.send(
        call(topic, System.currentTimeMillis() - hour, function, topic + "-slow-" + function));
    kafka.send(
        call(topic, System.currentTimeMillis() + hour, function, topic + "-fast-" + function));

    // Then
    for (String clock : List.of("-slow-", "-fast-")) {
      assertThat(fob.result(topic + clock + function).text()).isEqualTo("{\"result\":\"ran\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fob.call", "fob.async"})
  void callsOfATransactionRunOnceItIsCommitted(String topic) throws Exception {
    // Given
    String function =
        fob.register("", "runs = []\ndef callme():\n    runs.append(1)\n    return len(runs)\n");
    kafka.readFromNowOn("fob.response");
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "test-" + topic);

    // When
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(call(topic, System.currentTimeMillis(), function, "aborted-" + function)).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer
          .send(call(topic, System.currentTimeMillis(), function, "committed-" + function))
          .get();
      producer.commitTransaction();
    }

    // Then
    assertThat(kafka.awaitReply("committed-" + function).value()).isEqualTo("{\"result\":1}");
    assertThat(
            fob.get(
                    "/api/result/aborted-"
                        + function
                        + "?since="
                        + (System.currentTimeMillis() - 60_000))
                .status())
        .isEqualTo(404);
  }
}
