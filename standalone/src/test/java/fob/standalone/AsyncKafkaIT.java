package fob.standalone;

import static fob.standalone.KafkaClient.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asynchronous calls by a Kafka client without code of fob. */
@Timeout(90)
@ExtendWith(SharedFob.class)
class AsyncKafkaIT {

  private static final String ONES = "{\"param1\":1,\"param2\":1}";

  private final FobClient fob;
  private final KafkaClient kafka;

  AsyncKafkaIT(SharedFob.Running running) {
    this.fob = running.client();
    this.kafka = new KafkaClient(running.fob().bootstrapServers());
  }

  @BeforeEach
  void read() {
    kafka.readFromNowOn("fob.response");
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  private static ProducerRecord<String, String> call(String function, String payload) {
    return new ProducerRecord<>("fob.async", function, payload);
  }

  private static ProducerRecord<String, String> with(
      ProducerRecord<String, String> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
    return record;
  }

  /** Sends a call with a new request id. */
  private String send(ProducerRecord<String, String> record) throws Exception {
    String id = "mine-" + UUID.randomUUID();
    kafka.send(with(record, "fob-request-id", id));
    return id;
  }

  private String add() {
    return fob.register("", Repository.example("add.py"));
  }

  @Test
  void recordWithoutAnyHeaderIsACallAndItsPlaceIsItsId() throws Exception {
    // When
    RecordMetadata sent = kafka.send(call(add(), ONES));

    // Then
    String id = "fob.async-" + sent.partition() + "-" + sent.offset();
    ConsumerRecord<String, String> reply = kafka.awaitReply(id);
    assertThat(reply.value()).isEqualTo("{\"result\":2}");
    assertThat(header(reply, "fob-status")).isEqualTo("ok");
    assertThat(header(reply, "fob-attempt")).isEqualTo("1");
    assertThat(fob.get("/api/result/" + id).text()).isEqualTo("{\"result\":2}");
  }

  @Test
  void theReplyIsOnItsCallersTopicToo() throws Exception {
    // Given
    fob.register("name=async-kafka-add", Repository.example("add.py"));
    String topic = kafka.newTopic();
    kafka.readFromNowOn("fob.response", topic);

    // When
    String id = send(with(call("async-kafka-add", ONES), "fob-reply-to", topic));

    // Then
    List<ConsumerRecord<String, String>> replies = kafka.awaitReplies(id, 2);
    assertThat(replies)
        .extracting(ConsumerRecord::topic)
        .containsExactlyInAnyOrder("fob.response", topic);
    assertThat(replies)
        .allSatisfy(reply -> {
          assertThat(reply.value()).isEqualTo("{\"result\":2}");
          assertThat(header(reply, "fob-function")).isEqualTo("async-kafka-add");
        });
  }

  @Test
  void theResultIsFoundByAnIdOfTheCallersOwn() throws Exception {
    // Given
    Instant before = Instant.now();
    String id = send(call(add(), ONES));
    kafka.awaitReply(id);

    // Then
    assertThat(fob.get("/api/result/" + id).text()).isEqualTo("{\"result\":2}");
    assertThat(fob.get("/api/result/" + id + "?since=" + before).text())
        .isEqualTo("{\"result\":2}");
    assertThat(fob.get("/api/result/" + id + "?since=" + before.toEpochMilli()).text())
        .isEqualTo("{\"result\":2}");
    assertThat(fob.get("/api/result/" + id + "?since=" + Instant.now().plusSeconds(60)).status())
        .isEqualTo(404);
  }

  @Test
  void whoAsksBeforeTheEndMayWaitForIt() throws Exception {
    // Given
    String slow =
        fob.register("", "import time\ndef callme():\n    time.sleep(1)\n    return 'late'\n");

    // When
    String id = send(call(slow, ""));

    // Then
    assertThat(
            fob.send("GET", "/api/result/" + id, BodyPublishers.noBody(), "Prefer", "wait=30")
                .text())
        .isEqualTo("{\"result\":\"late\"}");
  }

  @Test
  void unknownFunctionEndsAsNotFoundWithADeadLetter() throws Exception {
    // Given
    String unknown = "nobody-" + UUID.randomUUID();

    // When
    String id = send(call(unknown, "{}"));

    // Then
    ConsumerRecord<String, String> reply = kafka.awaitReply(id);
    assertThat(header(reply, "fob-status")).isEqualTo("not-found");
    Answer letter = fob.get("/api/dead/" + id);
    assertThat(letter.at("/reason")).isEqualTo("not-found");
    assertThat(letter.at("/message")).isEqualTo("there is no function '" + unknown + "'");
    assertThat(letter.at("/function")).isEqualTo(unknown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {"no json", "[1]", "{\"param1\":1,"})
  void payloadThatIsNoJsonObjectEndsAtOnceAndTheNextRecordIsServed(String payload)
      throws Exception {
    // Given
    String add = add();

    // When
    String bad = send(call(add, payload));
    String good = send(call(add, ONES));

    // Then
    assertThat(header(kafka.awaitReply(bad), "fob-status")).isEqualTo("bad-request");
    assertThat(fob.get("/api/dead/" + bad).at("/message")).startsWith("the parameters are wrong");
    kafka.readFromNowOn("fob.response");
    assertThat(
            fob.send("GET", "/api/result/" + good, BodyPublishers.noBody(), "Prefer", "wait=30")
                .text())
        .isEqualTo("{\"result\":2}");
  }

  @Test
  void resultThatIsTooLargeEndsWithTheReason() throws Exception {
    // Given
    String large = fob.register("", "def callme():\n    return 'x' * (1024 * 1024)\n");

    // When
    String id = send(call(large, ""));

    // Then
    assertThat(header(kafka.awaitReply(id), "fob-status")).isEqualTo("too-large");
    assertThat(fob.get("/api/result/" + id).status()).isEqualTo(500);
    assertThat(fob.get("/api/dead/" + id).at("/reason")).isEqualTo("too-large");
  }

  @Test
  void callWhoseDeadlineHasPassedIsNotRun() throws Exception {
    // Given
    ProducerRecord<String, String> record = call(add(), ONES);

    // When
    String id = send(with(record, "fob-deadline", Long.toString(System.currentTimeMillis() - 1)));

    // Then
    assertThat(header(kafka.awaitReply(id), "fob-status")).isEqualTo("expired");
    assertThat(fob.get("/api/dead/" + id).at("/message")).contains("its deadline");
  }

  /** A record on a topic cannot be refused, so every record must get a reply. */
  @Test
  void whateverIsInAPartitionTheNextRecordIsServed() throws Exception {
    // Given
    String add = add();
    int partition = kafka.send(call(add, ONES)).partition();
    kafka.send(new ProducerRecord<>("fob.async", partition, null, null));
    kafka.send(new ProducerRecord<>("fob.async", partition, "no function's name", "{}"));
    kafka.send(new ProducerRecord<>("fob.async", partition, "x".repeat(40_000), "{}"));
    ProducerRecord<String, String> strange = call(add, "[");
    for (String name :
        List.of("fob-deadline", "fob-attempt", "fob-accepted", "fob-due", "fob-reply-to")) {
      with(strange, name, "ünreadable");
    }
    byte[] looksLikeUtf32 = {0, 0, 0, '[', 0x7f, 0x7f, 0x7f, 0x7f};
    strange.headers().add("fob-history", looksLikeUtf32);
    String strangeId = send(strange);

    // When
    String id = send(new ProducerRecord<>("fob.async", partition, add, ONES));

    // Then
    assertThat(kafka.awaitReply(id).value()).isEqualTo("{\"result\":2}");
    assertThat(
            fob.send(
                    "GET", "/api/result/" + strangeId, BodyPublishers.noBody(), "Prefer", "wait=30")
                .status())
        .isEqualTo(400);
  }
}
