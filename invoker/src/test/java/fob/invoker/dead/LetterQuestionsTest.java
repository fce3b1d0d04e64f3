package fob.invoker.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.loop.Delivery;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.LetterAnswerWire;
import fob.bus.wire.LetterQuestionWire;
import fob.call.AsyncCall;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Failure;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.Reply;
import fob.call.RequestId;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LetterQuestionsTest {

  private static final RequestId NEW = new RequestId("new");

  private final Instant now = Instant.now();
  private volatile InstantSource clock = InstantSource.system();
  private final DeadTopic topic = new DeadTopic();
  private final DeadLetters letters =
      new DeadLetters(new Loops(), topic.consumer(), topic.consumer(), topic::end, 4);
  private final LetterQuestions questions =
      new LetterQuestions(letters, this::write, () -> clock.instant());
  private final List<ProducerRecord<String, byte[]>> written = new CopyOnWriteArrayList<>();
  private final Map<String, LetterAnswer> answers = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final CountDownLatch callsMayBeWritten = new CountDownLatch(1);
  private volatile boolean isOwner = true;
  private volatile boolean callsWait;

  @BeforeEach
  void start() {
    letters.start();
    gain(3);
  }

  @AfterEach
  void close() {
    letters.close();
  }

  private void gain(int partition) {
    letters.gained(
        List.of(
            new TopicPartition("fob.call", partition), new TopicPartition("fob.async", partition)));
  }

  private void lose(int partition) {
    letters.gone(
        List.of(
            new TopicPartition("fob.async", partition), new TopicPartition("fob.call", partition)));
  }

  /** Kafka, as the owner writes to it. */
  private void write(ProducerRecord<String, byte[]> record, Runnable acknowledged) {
    switch (record.topic()) {
      case "fob.dead" -> topic.write(record, now);
      case "fob.response" -> answers.put(record.key(), LetterAnswerWire.decode(received(record)));
      default -> awaitPermission();
    }
    written.add(record);
    acknowledged.run();
  }

  private void awaitPermission() {
    try {
      if (callsWait) {
        callsMayBeWritten.await();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void die(int partition, String id, String function, Failure reason, Instant at) {
    Call call = new Call(new RequestId(id), function, at, CallHeaders.NONE, id.getBytes(UTF_8));
    ConsumerRecord<String, byte[]> original =
        new ConsumerRecord<>("fob.async", partition, 0, function, call.payload());
    topic.write(
        DeadLetterWire.encode(
            original, new AsyncCall(call, at, List.of()), Reply.failed(reason, "too long")),
        at);
  }

  private void die(int partition, String id) {
    die(partition, id, "add", Failure.TIMEOUT, now);
  }

  private static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        Optional.ofNullable(record.partition()).orElse(0),
        0,
        Instant.now().toEpochMilli(),
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }

  /** Asks, and returns the id of the answer. */
  private String send(int partition, LetterQuestion question, Duration patience) {
    String id = "question-" + asked.incrementAndGet();
    ProducerRecord<String, byte[]> record =
        LetterQuestionWire.encode(
            partition, new RequestId(id), Instant.now().plus(patience), question);
    questions.handle(
        received(record),
        new Delivery() {
          @Override
          public void done() {
            done.incrementAndGet();
          }

          @Override
          public boolean begin() {
            return isOwner;
          }
        });
    return id;
  }

  private Optional<LetterAnswer> ask(int partition, LetterQuestion question, Duration patience) {
    int before = done.get();
    String id = send(partition, question, patience);
    await().atMost(Duration.ofSeconds(15)).until(() -> done.get() == before + 1);
    return Optional.ofNullable(answers.get(id));
  }

  private Optional<LetterAnswer> ask(LetterQuestion question) {
    return ask(3, question, Duration.ofSeconds(10));
  }

  private List<Long> offsets(int partition) {
    LetterQuestion all = new LetterQuestion.Listing(Set.of(), null, null, 100);
    LetterAnswer answer = ask(partition, all, Duration.ofSeconds(10)).orElseThrow();
    return ((LetterAnswer.Listed) answer).newest().stream().map(LetterPlace::offset).toList();
  }

  private static LetterQuestion find(String id) {
    return new LetterQuestion.Find(new RequestId(id));
  }

  private static LetterQuestion redrive(String id) {
    return new LetterQuestion.Redrive(new RequestId(id), NEW);
  }

  private List<String> topics() {
    return written.stream().map(ProducerRecord::topic).toList();
  }

  @Test
  void lettersOfThePartitionAreListedAndFound() {
    // Given
    die(3, "a");
    die(4, "of-another-partition");
    die(3, "b");

    // Then
    assertThat(offsets(3)).containsExactly(1L, 0L);
    assertThat(ask(find("b")))
        .contains(new LetterAnswer.Found(new LetterPlace(now.toEpochMilli(), 3, 1)));
    assertThat(ask(find("of-another-partition"))).contains(new LetterAnswer.Unknown());
  }

  @Test
  void letterThatIsTooOldIsNotListed() {
    // Given
    die(3, "too-old", "add", Failure.TIMEOUT, now.minus(Duration.ofDays(14)).minusSeconds(1));
    die(3, "kept", "add", Failure.TIMEOUT, now.minus(Duration.ofDays(14)).plusSeconds(300));

    // Then
    assertThat(offsets(3)).containsExactly(1L);
  }

  @Test
  void redrivenLetterBecomesACallBeforeItIsDeleted() {
    // Given
    die(3, "a");

    // When
    Optional<LetterAnswer> answer = ask(redrive("a"));

    // Then
    assertThat(answer).contains(new LetterAnswer.Done());
    assertThat(topics()).containsExactly("fob.async", "fob.progress", "fob.dead", "fob.response");
    assertThat(written.getFirst().key()).isEqualTo("add");
    assertThat(written.getFirst().value()).isEqualTo("a".getBytes(UTF_8));
    assertThat(written.get(1).key()).isEqualTo(NEW.value());
    assertThat(written.get(2).partition()).isEqualTo(3);
    assertThat(offsets(3)).isEmpty();
    assertThat(ask(redrive("a"))).contains(new LetterAnswer.Unknown());
  }

  @Test
  void simultaneousRedrivesOfALetterMakeOneCall() {
    // Given
    die(3, "a");
    callsWait = true;
    List<String> all =
        List.of(
            send(3, redrive("a"), Duration.ofSeconds(10)),
            send(3, redrive("a"), Duration.ofSeconds(10)),
            send(3, redrive("a"), Duration.ofSeconds(10)));

    // When
    callsMayBeWritten.countDown();

    // Then
    await().until(() -> done.get() == all.size());
    assertThat(all.stream().map(answers::get))
        .containsExactlyInAnyOrder(
            new LetterAnswer.Done(), new LetterAnswer.Unknown(), new LetterAnswer.Unknown());
    assertThat(topics()).filteredOn("fob.async"::equals).hasSize(1);
  }

  @Test
  void deletedLetterIsGone() {
    // Given
    die(3, "a");
    die(3, "b");

    // When
    Optional<LetterAnswer> answer = ask(new LetterQuestion.Delete(new RequestId("a")));

    // Then
    assertThat(answer).contains(new LetterAnswer.Done());
    assertThat(topics()).containsExactly("fob.dead", "fob.response");
    assertThat(offsets(3)).containsExactly(1L);
  }

  @Test
  void partitionThatWentAndCameBackHasWhatItsOtherOwnerWrote() {
    // Given
    die(3, "a");
    die(3, "b");
    assertThat(offsets(3)).containsExactly(1L, 0L);

    // When
    lose(3);
    assertThat(ask(find("a"))).as("the answer of one that is no owner").isEmpty();
    topic.write(DeadLetterWire.delete(3, new RequestId("a")), now);
    gain(3);
    die(3, "c");

    // Then
    assertThat(offsets(3)).containsExactly(3L, 1L);
    assertThat(ask(find("a"))).contains(new LetterAnswer.Unknown());
  }

  @Test
  void ownerThatWasReplacedChangesNothing() {
    // Given
    die(3, "a");
    isOwner = false;

    // Then
    assertThat(ask(redrive("a"))).isEmpty();
    assertThat(written).isEmpty();
  }

  @Test
  void whatCannotBeReadInTimeIsNotChangedAndTheGatewayHearsIt() {
    // Given
    die(3, "a");
    topic.isAway(true);

    // Then
    assertThat(ask(3, redrive("a"), Duration.ofMillis(700))).contains(new LetterAnswer.NotNow());
    assertThat(topics()).containsExactly("fob.response");

    // When
    topic.isAway(false);

    // Then
    assertThat(ask(redrive("a"))).contains(new LetterAnswer.Done());
  }

  @Test
  void questionAfterItsDeadlineChangesNothingAndHasNoAnswer() {
    // Given
    die(3, "a");

    // Then
    assertThat(ask(3, redrive("a"), Duration.ZERO)).isEmpty();
    assertThat(written).isEmpty();
  }

  @Test
  void questionIsDoneAlsoIfFobFails() {
    // Given
    clock =
        () -> {
          throw new StackOverflowError("on purpose");
        };

    // Then
    assertThat(ask(find("a"))).isEmpty();
    assertThat(done).hasValue(1);
  }

  @Test
  void oldestOfThePartitionWithTheMostLettersLeave() {
    // Given
    gain(4);
    die(4, "only");
    assertThat(offsets(4)).containsExactly(0L);

    // When
    for (int i = 0; i < 5; i++) {
      die(3, "letter-" + i);
    }

    // Then
    assertThat(offsets(3)).containsExactly(4L, 3L, 2L);
    assertThat(offsets(4)).containsExactly(0L);
    LetterAnswer.Listed listed =
        (LetterAnswer.Listed)
            ask(new LetterQuestion.Listing(Set.of(), null, null, 1)).orElseThrow();
    assertThat(listed.leftOut()).isEqualTo(2);
    assertThat(listed.more()).isTrue();
  }
}
