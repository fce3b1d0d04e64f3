package fob.gateway.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.table.PlacesReader;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.LetterAnswerWire;
import fob.bus.wire.LetterQuestionWire;
import fob.bus.wire.Topics;
import fob.call.AsyncCall;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.Reply;
import fob.call.RequestId;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.PendingCalls;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeadLettersTest {

  private static final int PARTITIONS = 4;
  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
  private static final RequestId NEW = new RequestId("new");

  private final PendingCalls<LetterAnswer> answers =
      new PendingCalls<>(2 * PARTITIONS, LetterAnswerWire::decode);
  private final Log log = new Log();
  private final Owners owners = new Owners();
  private final AtomicInteger asked = new AtomicInteger();
  private final DeadLetters letters =
      new DeadLetters(
          new LetterOwners(
              new ConfirmedPublisher(owners, Optional::empty),
              answers,
              () -> new RequestId("question-" + asked.incrementAndGet()),
              PARTITIONS,
              Duration.ofMillis(500),
              InstantSource.system()),
          new PlacesReader(Topics.DEAD, log));

  /** What the owner of a partition answers; empty: nothing. */
  private BiFunction<Integer, LetterQuestion, Optional<LetterAnswer>> owner =
      (partition, question) -> Optional.of(log.answer(partition, question));

  @AfterEach
  void close() {
    assertThat(answers.size()).as("those who still wait").isZero();
    letters.close();
  }

  /** Kafka and the owners behind it: each question is answered at once. */
  private final class Owners extends MockProducer<String, byte[]> {

    private Owners() {
      super(true, null, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
      Future<RecordMetadata> sent = super.send(record);
      ConsumerRecord<String, byte[]> question = received(record, 0, START);
      owner
          .apply(question.partition(), LetterQuestionWire.decode(question))
          .map(answer -> LetterAnswerWire.encode(LetterQuestionWire.id(question), answer))
          .ifPresent(answer -> answers.deliver(received(answer, 0, START)));
      return sent;
    }
  }

  /** The letters on the topic, which only the owners' index knows. */
  private static final class Log extends MockConsumer<String, byte[]> {

    private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> records =
        new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private Log() {
      super("none");
    }

    private List<ConsumerRecord<String, byte[]>> of(int partition) {
      return records.computeIfAbsent(
          new TopicPartition("fob.dead", partition), _ -> new ArrayList<>());
    }

    private LetterAnswer answer(int partition, LetterQuestion question) {
      return switch (question) {
        case LetterQuestion.Listing listing -> list(partition, listing);
        case LetterQuestion.Find(RequestId id) -> find(partition, id);
        case LetterQuestion.Delete(RequestId id) -> change(partition, id);
        case LetterQuestion.Redrive(RequestId id, RequestId _) -> change(partition, id);
      };
    }

    private LetterAnswer list(int partition, LetterQuestion.Listing listing) {
      List<LetterPlace> all =
          of(partition).stream().map(Log::place).sorted(Comparator.reverseOrder()).toList();
      List<LetterPlace> wanted =
          all.stream()
              .filter(place -> listing.before() == null || place.compareTo(listing.before()) < 0)
              .toList();
      return new LetterAnswer.Listed(
          all.size(),
          wanted.stream().limit(listing.limit()).toList(),
          wanted.size() > listing.limit(),
          partition);
    }

    private static LetterPlace place(ConsumerRecord<String, byte[]> record) {
      return new LetterPlace(record.timestamp(), record.partition(), record.offset());
    }

    private LetterAnswer find(int partition, RequestId id) {
      return of(partition).stream()
          .filter(record -> record.key().equals(id.value()))
          .findFirst()
          .<LetterAnswer>map(record -> new LetterAnswer.Found(place(record)))
          .orElseGet(LetterAnswer.Unknown::new);
    }

    private LetterAnswer change(int partition, RequestId id) {
      return of(partition).removeIf(record -> record.key().equals(id.value()))
          ? new LetterAnswer.Done()
          : new LetterAnswer.Unknown();
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      positions.put(partition, offset);
    }

    @Override
    public synchronized long position(TopicPartition partition) {
      return positions.getOrDefault(partition, 0L);
    }

    @Override
    public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
      Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> found = new HashMap<>();
      for (TopicPartition partition : assignment()) {
        List<ConsumerRecord<String, byte[]>> next =
            records.getOrDefault(partition, List.of()).stream()
                .filter(record -> record.offset() >= position(partition))
                .toList();
        if (!next.isEmpty()) {
          found.put(partition, next);
          seek(partition, next.getLast().offset() + 1);
        }
      }
      return new ConsumerRecords<>(found, Map.of());
    }
  }

  private static ConsumerRecord<String, byte[]> received(
      ProducerRecord<String, byte[]> record, long offset, Instant at) {
    return new ConsumerRecord<>(
        record.topic(),
        Optional.ofNullable(record.partition()).orElse(0),
        offset,
        at.toEpochMilli(),
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }

  /** Letters that die one second after the other, in partitions in turn. */
  private void die(int count) {
    for (int number = 0; number < count; number++) {
      Instant at = START.plusSeconds(number);
      Call call =
          new Call(
              new RequestId("id-" + number), "add", at, CallHeaders.NONE, "{}".getBytes(UTF_8));
      int partition = number % PARTITIONS;
      ConsumerRecord<String, byte[]> original =
          new ConsumerRecord<>("fob.async", partition, 0, "add", call.payload());
      ProducerRecord<String, byte[]> letter =
          DeadLetterWire.encode(
              original,
              new AsyncCall(call, at, List.of()),
              Reply.failed(Failure.TIMEOUT, "too long"));
      log.of(partition).add(received(letter, log.of(partition).size(), at));
    }
  }

  private DeadLetters.Page page(@Nullable LetterPlace before, int limit)
      throws InterruptedException {
    return letters.list(new LetterQuestion.Listing(Set.of(), null, before, limit));
  }

  private static List<String> ids(DeadLetters.Page page) {
    return page.letters().stream().map(letter -> letter.id().value()).toList();
  }

  @Test
  void lettersOfAllPartitionsAreListedWithTheNewestFirst() throws InterruptedException {
    // Given
    die(6);

    // When
    DeadLetters.Page page = page(null, 100);

    // Then
    assertThat(ids(page)).containsExactly("id-5", "id-4", "id-3", "id-2", "id-1", "id-0");
    assertThat(page.total()).isEqualTo(6);
    assertThat(page.next()).isEmpty();
    assertThat(page.leftOut()).isEqualTo(0 + 1 + 2 + 3);
    assertThat(page.letters().getFirst().message()).isEqualTo("too long");
  }

  @Test
  void pagesTogetherHaveEveryLetterOnce() throws InterruptedException {
    // Given
    die(23);

    for (int limit : List.of(1, 2, 3, 5, 22, 23)) {
      // When
      List<String> all = new ArrayList<>();
      Optional<LetterPlace> next = Optional.empty();
      int pages = 0;
      do {
        DeadLetters.Page page = page(next.orElse(null), limit);
        all.addAll(ids(page));
        next = page.next();
        pages++;
      } while (next.isPresent());

      // Then
      assertThat(all).as("limit %d", limit).hasSize(23).doesNotHaveDuplicates();
      assertThat(all.getFirst()).isEqualTo("id-22");
      assertThat(pages).as("limit %d", limit).isEqualTo((23 + limit - 1) / limit);
    }
  }

  @Test
  void lettersOfOnePartitionHaveSeveralPagesToo() throws InterruptedException {
    // Given
    die(12);
    for (int partition = 1; partition < PARTITIONS; partition++) {
      log.of(partition).clear();
    }

    // When
    DeadLetters.Page page = page(null, 2);

    // Then
    assertThat(ids(page)).containsExactly("id-8", "id-4");
    assertThat(ids(page(page.next().orElseThrow(), 2))).containsExactly("id-0");
  }

  @Test
  void noLettersAreAnEmptyPage() throws InterruptedException {
    assertThat(page(null, 100).letters()).isEmpty();
  }

  @Test
  void aLetterIsFoundWhereverItIsAlsoIfAnotherOwnerSaysNothing() throws InterruptedException {
    // Given
    die(6);
    owner =
        (partition, question) ->
            partition == 0 ? Optional.empty() : Optional.of(log.answer(partition, question));

    // Then
    assertThat(letters.get(new RequestId("id-5")).map(DeadLetter::died))
        .contains(START.plusSeconds(5));
    assertThatThrownBy(() -> letters.get(new RequestId("id-0")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("the invokers of 1 of 4 partitions have not answered")
        .extracting(problem -> ((Problem) problem).reason())
        .isEqualTo("no-reply");
  }

  @Test
  void onlyTheOwnerOfTheLetterChangesIt() throws InterruptedException {
    // Given
    die(6);
    List<Integer> changed = new ArrayList<>();
    owner =
        (partition, question) -> {
          if (!(question instanceof LetterQuestion.Find)) {
            changed.add(partition);
          }
          return Optional.of(log.answer(partition, question));
        };

    // Then
    assertThat(letters.redrive(new RequestId("id-5"), NEW)).isTrue();
    assertThat(letters.redrive(new RequestId("id-5"), NEW)).isFalse();
    assertThat(letters.delete(new RequestId("id-2"))).isTrue();
    assertThat(letters.get(new RequestId("id-2"))).isEmpty();
    assertThat(changed).containsExactly(1, 2);
  }

  @Test
  void whatIsMissingIsSaidRatherThanAPartOfTheLetters() {
    // Given
    die(6);

    // Then
    owner = (partition, question) -> Optional.empty();
    assertProblem("no-reply", "the invokers of 4 of 4 partitions have not answered within");
    owner = (partition, question) -> answerOf(partition, question, new LetterAnswer.NotNow());
    assertProblem("not-read", "cannot read its dead letters now");
    owner =
        (partition, question) -> answerOf(partition, question, new LetterAnswer.NotUnderstood());
    assertProblem("not-understood", "upgrade all invokers");
  }

  private Optional<LetterAnswer> answerOf(
      int partition, LetterQuestion question, LetterAnswer ofTheLast) {
    return Optional.of(partition == PARTITIONS - 1 ? ofTheLast : log.answer(partition, question));
  }

  private void assertProblem(String reason, String message) {
    assertThatThrownBy(() -> page(null, 10))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message)
        .extracting(problem -> ((Problem) problem).reason())
        .isEqualTo(reason);
  }

  @Test
  void tooManyWhoWaitAreRefused() {
    // Given
    List<RequestId> others = new ArrayList<>();
    for (int i = 0; i < 2 * PARTITIONS; i++) {
      others.add(new RequestId("other-" + i));
    }
    var waiting = others.stream().map(id -> answers.add(id).orElseThrow()).toList();

    // Then
    assertThatThrownBy(() -> page(null, 10))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("FOB_MAX_PENDING");
    for (int i = 0; i < others.size(); i++) {
      answers.remove(others.get(i), waiting.get(i));
    }
  }
}
