package fob.gateway.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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
  private final Stored single = new Stored();
  private final DeadLetters letters = new DeadLetters(new Loops(), follower, single, 4);
  private long end;

  /** Reads what was written from any offset on, two records at a time, as often as asked. */
  private static final class Stored extends MockConsumer<String, byte[]> {

    private final List<ConsumerRecord<String, byte[]>> records = new CopyOnWriteArrayList<>();

    private Stored() {
      super("none");
    }

    @Override
    public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
      long from = position(DEAD);
      List<ConsumerRecord<String, byte[]>> found =
          records.stream().filter(record -> record.offset() >= from).limit(2).toList();
      if (!found.isEmpty()) {
        seek(DEAD, found.getLast().offset() + 1);
      }
      return new ConsumerRecords<>(Map.of(DEAD, found), Map.of());
    }
  }

  private static MockConsumer<String, byte[]> consumer() {
    MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(DEAD, 0L));
    consumer.updateEndOffsets(Map.of(DEAD, 0L));
    return consumer;
  }

  @BeforeEach
  void begin() {
    letters.begin();
    await().until(() -> follower.assignment().contains(DEAD));
  }

  @AfterEach
  void close() {
    letters.close();
  }

  private static Instant deadline() {
    return Instant.now().plusSeconds(10);
  }

  private void die(String id, Instant died) {
    die(id, "add", Failure.TIMEOUT, died);
  }

  private void die(String id, String function, Failure reason, Instant died) {
    Call call = new Call(new RequestId(id), function, died, CallHeaders.NONE, id.getBytes(UTF_8));
    ConsumerRecord<String, byte[]> original =
        new ConsumerRecord<>("fob.async", 0, 0, function, call.payload());
    ProducerRecord<String, byte[]> letter =
        DeadLetterWire.encode(
            original, new AsyncCall(call, died, List.of()), Reply.failed(reason, "too long"));
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
    single.records.add(record);
  }

  private DeadLetters.Page page(
      Set<String> functions, @Nullable Failure reason, long before, int limit)
      throws InterruptedException {
    return letters.list(functions, reason, before, limit, deadline());
  }

  private static List<String> ids(DeadLetters.Page page) {
    return page.letters().stream().map(letter -> letter.id().value()).toList();
  }

  private List<String> ids() throws InterruptedException {
    return ids(page(Set.of(), null, Long.MAX_VALUE, 100));
  }

  @Test
  void lettersAreListedWithTheNewestFirstInPages() throws InterruptedException {
    // Given
    die("old", now.minusSeconds(60));
    die("middle", now.minusSeconds(30));
    die("new", now);

    // When
    DeadLetters.Page first = page(Set.of(), null, Long.MAX_VALUE, 2);
    DeadLetters.Page second = page(Set.of(), null, first.next().orElseThrow(), 2);

    // Then
    assertThat(first.total()).isEqualTo(3);
    assertThat(ids(first)).containsExactly("new", "middle");
    assertThat(ids(second)).containsExactly("old");
    assertThat(second.next()).isEmpty();
  }

  @Test
  void lettersOfAFunctionAndOfAReasonAreFound() throws InterruptedException {
    // Given
    die("a", "add", Failure.TIMEOUT, now);
    die("b", "add", Failure.EXPIRED, now);
    die("c", "sub", Failure.TIMEOUT, now);

    // Then
    assertThat(ids(page(Set.of("add"), null, Long.MAX_VALUE, 100))).containsExactly("b", "a");
    assertThat(ids(page(Set.of(), Failure.TIMEOUT, Long.MAX_VALUE, 100))).containsExactly("c", "a");
    assertThat(ids(page(Set.of("add"), Failure.TIMEOUT, Long.MAX_VALUE, 100))).containsExactly("a");
    assertThat(page(Set.of("nothing"), null, Long.MAX_VALUE, 100).total()).isZero();
  }

  @Test
  void oldestAreLeftOutWhenThereAreTooMany() throws InterruptedException {
    // Given
    for (String id : List.of("1", "2", "3", "4", "5", "6")) {
      die(id, now);
    }

    // When
    DeadLetters.Page page = page(Set.of(), null, Long.MAX_VALUE, 100);

    // Then
    assertThat(ids(page)).containsExactly("6", "5", "4", "3");
    assertThat(page.leftOut()).isEqualTo(2);
    assertThat(letters.get("2", deadline())).isEmpty();
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
