package fob.gateway.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.Topics;
import fob.call.AsyncCall;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeadLettersTest {

  private static final TopicPartition DEAD = new TopicPartition("fob.dead", 0);

  private final Instant now = Instant.now();
  private final MockConsumer<String, byte[]> follower = consumer();
  private final MockConsumer<String, byte[]> single = consumer();
  private final DeadLetters letters = new DeadLetters(new Loops(), follower, single);
  private long end;

  private static MockConsumer<String, byte[]> consumer() {
    MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(DEAD, 0L));
    consumer.updateEndOffsets(Map.of(DEAD, 0L));
    return consumer;
  }

  @BeforeEach
  void start() throws InterruptedException {
    letters.start(deadline());
  }

  @AfterEach
  void close() {
    letters.close();
  }

  private static Instant deadline() {
    return Instant.now().plusSeconds(10);
  }

  private void die(String id, Instant died) {
    Call call = new Call(new RequestId(id), "add", died, CallHeaders.NONE, id.getBytes(UTF_8));
    ConsumerRecord<String, byte[]> original =
        new ConsumerRecord<>("fob.async", 0, 0, "add", call.payload());
    ProducerRecord<String, byte[]> letter =
        DeadLetterWire.encode(
            original,
            new AsyncCall(call, died, List.of()),
            Reply.failed(Failure.TIMEOUT, "too long"));
    append(id, letter.value(), letter.headers(), died);
  }

  private void delete(String id) {
    append(id, DeadLetterWire.delete(new RequestId(id)).value(), new RecordHeaders(), now);
  }

  private void append(String id, byte @Nullable [] value, Headers headers, Instant at) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>(
            "fob.dead",
            0,
            end++,
            at.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            id.length(),
            value == null ? -1 : value.length,
            id,
            value,
            headers,
            Optional.empty());
    follower.addRecord(record);
    follower.updateEndOffsets(Map.of(DEAD, end));
    single.updateEndOffsets(Map.of(DEAD, end));
    single.schedulePollTask(() -> single.addRecord(record));
  }

  private List<String> ids() throws InterruptedException {
    return letters.all(deadline()).stream().map(letter -> letter.id().value()).toList();
  }

  @Test
  void lettersAreListedWithTheNewestFirst() throws InterruptedException {
    // Given
    die("old", now.minusSeconds(60));
    die("new", now);
    die("middle", now.minusSeconds(30));

    // Then
    assertThat(ids()).containsExactly("new", "middle", "old");
  }

  @Test
  void letterThatIsTooOldIsNotListed() throws InterruptedException {
    // Given
    die("too-old", now.minus(Topics.DEAD_KEPT).minus(Duration.ofSeconds(1)));
    die("kept", now.minus(Topics.DEAD_KEPT).plus(Duration.ofMinutes(5)));

    // Then
    assertThat(ids()).containsExactly("kept");
  }

  @Test
  void letterThatWasDeletedIsGone() throws InterruptedException {
    // Given
    die("a", now);
    die("b", now);

    // When
    delete("a");

    // Then
    assertThat(ids()).containsExactly("b");
    assertThat(letters.get("a", deadline())).isEmpty();
    assertThat(letters.record("a")).isEmpty();
  }

  @Test
  void letterTellsWhyTheCallWasGivenUp() throws InterruptedException {
    // Given
    die("a", now);

    // When
    DeadLetter letter = letters.get("a", deadline()).orElseThrow();

    // Then
    assertThat(letter.failure()).isEqualTo(Failure.TIMEOUT);
    assertThat(letter.message()).isEqualTo("too long");
    assertThat(letter.payloadBytes()).isEqualTo(1);
  }

  @Test
  void payloadIsReadFromTheRecord() throws InterruptedException {
    // Given
    die("a", now);
    assertThat(ids()).containsExactly("a");

    // Then
    assertThat(letters.record("a").orElseThrow().value()).isEqualTo("a".getBytes(UTF_8));
  }
}
