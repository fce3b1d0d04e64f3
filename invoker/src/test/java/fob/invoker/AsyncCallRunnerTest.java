package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.loop.Delivery;
import fob.bus.table.FunctionTable;
import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.CallWire;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.ProgressWire;
import fob.bus.wire.ResponseWire;
import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.Progress;
import fob.call.Reply;
import fob.call.Response;
import fob.call.Timing;
import fob.service.Deadlines;
import fob.traces.Traces;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs asynchronous calls with a fake driver and mock producers. */
class AsyncCallRunnerTest {

  private static final FunctionTable FUNCTIONS =
      new FunctionTable(new Bus(BusSettings.of("127.0.0.1:9")), (id, state) -> {});
  private static final String FUNCTION = Fixtures.ID.toString();
  private static final String BOOM =
      "{\"error\":{\"reason\":\"exception\",\"type\":\"ValueError\",\"message\":\"boom\"}}";

  private final MockProducer<String, byte[]> producer = producer();
  private final MockProducer<String, byte[]> bulk = producer();
  private final MockProducer<String, byte[]> reported =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final Lanes lanes = Fixtures.lanes(1, reported);
  private final AtomicInteger done = new AtomicInteger();
  private final CallRunner<AsyncCall> runner =
      new CallRunner<>(
          FUNCTIONS,
          lanes,
          new AsyncSemantics(
              FUNCTIONS,
              lanes,
              new RetryRules(() -> new Random(1)),
              outcomes(new BusWriter(producer), new BusWriter(bulk)),
              InstantSource.system()),
          Fixtures.onePartition(FUNCTIONS, bulk),
          Fixtures.withoutKeys(),
          new Observation((_, _) -> {}, Traces.NONE, InstantSource.system()));
  private FakeDriver driver;

  private static AsyncOutcomes outcomes(BusWriter writer, BusWriter bulk) {
    return new AsyncOutcomes(writer, bulk, new ReplyPublisher(writer, new ReplyTopics(_ -> true)));
  }

  private static MockProducer<String, byte[]> producer() {
    return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  }

  @AfterAll
  static void closeTable() {
    FUNCTIONS.close();
  }

  @BeforeEach
  void startDriver() throws IOException {
    driver = FakeDriver.overTcp();
    lanes.changed(Fixtures.ID, Optional.of(Fixtures.ready(1, driver.instance())));
  }

  @AfterEach
  void stopDriver() throws IOException {
    driver.close();
  }

  private static ConsumerRecord<String, byte[]> record(String function) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>(
            "fob.async",
            0,
            7,
            System.currentTimeMillis(),
            TimestampType.CREATE_TIME,
            0,
            0,
            function,
            "{\"a\":1}".getBytes(UTF_8),
            new RecordHeaders(),
            Optional.empty());
    header(record, "tenant", "blue");
    return record;
  }

  private static ConsumerRecord<String, byte[]> header(
      ConsumerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
    return record;
  }

  /** Returns the record of a call whose attempt with this number has failed. */
  private static ConsumerRecord<String, byte[]> afterOneAttempt(int number) {
    ConsumerRecord<String, byte[]> first = record(FUNCTION);
    AsyncCall call =
        AsyncCallWire.decode(first)
            .after(new Attempt(number, Instant.now(), Failure.FUNCTION_ERROR, "earlier"));
    return received(AsyncCallWire.again("fob.async", first, call, Instant.now()));
  }

  private void run(ConsumerRecord<String, byte[]> record) {
    runner.handle(record, done::incrementAndGet);
    awaitDone();
  }

  private void awaitDone() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> done.get() == 1);
  }

  private static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        0,
        0,
        System.currentTimeMillis(),
        TimestampType.CREATE_TIME,
        0,
        0,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }

  private List<String> topics() {
    return producer.history().stream().map(ProducerRecord::topic).toList();
  }

  private Response response(int at) {
    return ResponseWire.decode(received(producer.history().get(at)));
  }

  private static Failure failure(Response response) {
    return switch (response.reply()) {
      case Reply.Failed failed -> failed.failure();
      case Reply.Answered answered -> throw new AssertionError(answered);
    };
  }

  private ProducerRecord<String, byte[]> moved() {
    assertThat(bulk.history()).hasSize(1);
    return bulk.history().getFirst();
  }

  private static String text(ProducerRecord<String, byte[]> record, String header) {
    Header found = record.headers().lastHeader(header);
    return found == null ? "(none)" : new String(found.value(), UTF_8);
  }

  @Test
  void aResultIsWrittenOnlyToFobResponse() {
    // Given
    driver.answer(200, "{\"result\":2}");

    // When
    run(record(FUNCTION));

    // Then
    assertThat(topics()).containsExactly("fob.response");
    assertThat(bulk.history()).isEmpty();
    assertThat(response(0).id().value()).isEqualTo("fob.async-0-7");
    assertThat(producer.history().getFirst().value()).asString(UTF_8).isEqualTo("{\"result\":2}");
    assertThat(driver.asked()).hasSize(1);
  }

  @Test
  void aFailedCallMovesToATierWithItsHeadersAndItsProgressIsWritten() {
    // Given
    driver.answer(500, BOOM);
    Instant before = Instant.now();

    // When
    run(record(FUNCTION));

    // Then
    assertThat(moved().topic()).isEqualTo("fob.retry.1s");
    assertThat(moved().key()).isEqualTo(FUNCTION);
    assertThat(moved().value()).asString(UTF_8).isEqualTo("{\"a\":1}");
    assertThat(text(moved(), "tenant")).isEqualTo("blue");
    assertThat(text(moved(), "fob-request-id")).isEqualTo("fob.async-0-7");
    assertThat(text(moved(), "fob-attempt")).isEqualTo("2");
    AsyncCall again = AsyncCallWire.decode(received(moved()));
    assertThat(again.history()).hasSize(1);
    assertThat(again.history().getFirst().message()).isEqualTo("ValueError: boom");
    assertThat(AsyncCallWire.due(received(moved())))
        .isBetween(before.plusMillis(799), Instant.now().plusMillis(1_201));
    assertThat(topics()).containsExactly("fob.progress");
    Progress progress = ProgressWire.decode(received(producer.history().getFirst()));
    assertThat(progress.state()).isEqualTo(Progress.State.RETRYING);
    assertThat(progress.attempt()).isEqualTo(2);
    assertThat(progress.next()).isNotNull();
    assertThat(progress.history()).isEqualTo(again.history());
  }

  @Test
  void aDeadLetterIsWrittenBeforeTheReply() {
    // Given
    driver.answer(500, BOOM);

    // When
    run(afterOneAttempt(2));

    // Then
    assertThat(topics()).containsExactly("fob.dead", "fob.response");
    assertThat(bulk.history()).isEmpty();
    ProducerRecord<String, byte[]> dead = producer.history().getFirst();
    assertThat(text(dead, "tenant")).isEqualTo("blue");
    assertThat(dead.value()).asString(UTF_8).isEqualTo("{\"a\":1}");
    DeadLetter letter = DeadLetterWire.decode(received(dead));
    assertThat(letter.message()).isEqualTo("ValueError: boom");
    assertThat(letter.history()).extracting(Attempt::message).containsExactly("earlier");
    assertThat(response(1).attempt()).isEqualTo(3);
    assertThat(failure(response(1))).isEqualTo(Failure.FUNCTION_ERROR);
  }

  @Test
  void wrongParametersEndTheCallWithADeadLetter() {
    // Given
    driver.answer(
        422, "{\"error\":{\"reason\":\"bad-parameters\",\"message\":\"missing param2\"}}");

    // When
    run(record(FUNCTION));

    // Then
    assertThat(topics()).containsExactly("fob.dead", "fob.response");
    assertThat(failure(response(1))).isEqualTo(Failure.BAD_PARAMETERS);
    assertThat(bulk.history()).isEmpty();
  }

  @Test
  void aPayloadThatIsNoObjectEndsTheCallWithADeadLetterAndIsNotRun() {
    // Given
    ConsumerRecord<String, byte[]> record = record(FUNCTION);
    ConsumerRecord<String, byte[]> broken =
        received(new ProducerRecord<>("fob.async", null, record.key(), "[1".getBytes(UTF_8)));

    // When
    run(broken);

    // Then
    assertThat(topics()).containsExactly("fob.dead", "fob.response");
    assertThat(failure(response(1))).isEqualTo(Failure.BAD_REQUEST);
    assertThat(driver.asked()).isEmpty();
  }

  /** A record whose partition another invoker has taken over. */
  private final class TakenOver implements Delivery {
    @Override
    public void done() {
      done.incrementAndGet();
    }

    @Override
    public boolean begin() {
      return false;
    }
  }

  @Test
  void aCallThatAnotherInvokerTookOverIsNotRunAndWritesNothing() {
    // When
    runner.handle(record(FUNCTION), new TakenOver());

    // Then
    awaitDone();
    assertThat(producer.history()).isEmpty();
    assertThat(bulk.history()).isEmpty();
    assertThat(driver.asked()).isEmpty();
  }

  /** Otherwise both would go on with it, and it would run twice. */
  @Test
  void aCallThatAnotherInvokerTookOverIsNotPostponed() {
    // When
    runner.handle(record("nobody"), new TakenOver());

    // Then
    awaitDone();
    assertThat(producer.history()).isEmpty();
    assertThat(bulk.history()).isEmpty();
  }

  @Test
  void aCallThatAnotherInvokerTookOverFreesItsSlot() {
    // Given
    runner.handle(record(FUNCTION), new TakenOver());
    awaitDone();
    done.set(0);
    driver.answer(200, "{\"result\":3}");

    // When
    run(record(FUNCTION));

    // Then
    assertThat(topics()).containsExactly("fob.response");
  }

  @Test
  void aCallWhoseDeadlineHasPassedExpiresWithoutARun() {
    // Given
    String passed = Long.toString(System.currentTimeMillis() - 1);

    // When
    run(header(record(FUNCTION), CallWire.DEADLINE, passed));

    // Then
    assertThat(topics()).containsExactly("fob.dead", "fob.response");
    assertThat(failure(response(1))).isEqualTo(Failure.EXPIRED);
    assertThat(text(producer.history().getFirst(), "fob-message")).contains("its deadline");
    assertThat(driver.asked()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, fob.retry.1s", "7000, fob.retry.10s", "40000, fob.retry.1m"})
  void aCallIsPostponedUnchangedIfTooManyCallsWait(long ageMillis, String tier) throws Exception {
    // Given
    String accepted = Long.toString(System.currentTimeMillis() - ageMillis);
    Lane lane = lanes.lane(Fixtures.ID);
    assertThat(lane.admit(_ -> Instant.now().plusSeconds(5), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
        .isInstanceOf(Admission.Granted.class);
    CountDownLatch refused = new CountDownLatch(1);
    Thread waiter =
        Thread.ofVirtual()
            .start(() -> {
              try {
                lane.admit(
                    _ -> Instant.now().plusSeconds(20), Fixtures.ASYNC, Turns.Turn.NOT_NEEDED);
              } catch (InterruptedException e) {
                refused.countDown();
              }
            });
    Awaitility.await().until(() -> Fixtures.isIn(waiter, Deadlines.class, "await"));

    // When
    run(header(record(FUNCTION), AsyncCallWire.ACCEPTED, accepted));

    // Then
    assertThat(moved().topic()).isEqualTo(tier);
    assertThat(text(moved(), "fob-attempt")).isEqualTo("1");
    assertThat(text(moved(), "fob-history")).isEqualTo("(none)");
    assertThat(producer.history()).isEmpty();
    waiter.interrupt();
    assertThat(refused.await(5, TimeUnit.SECONDS)).isTrue();
  }

  /** There are two turns, which waiting calls must not keep. */
  @Test
  void aCallThatWaitsStopsNoCallAfterIt() throws Exception {
    // Given: the only slot is taken
    assertThat(
            lanes
                .lane(Fixtures.ID)
                .admit(_ -> Instant.now().plusSeconds(5), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
        .isInstanceOf(Admission.Granted.class);

    // When: one call waits, which are as many as may wait
    for (int i = 0; i < 4; i++) {
      runner.handle(record(FUNCTION), done::incrementAndGet);
    }

    // Then
    Awaitility.await().until(() -> done.get() == 3);
    assertThat(bulk.history())
        .hasSize(3)
        .allSatisfy(record -> assertThat(record.topic()).isEqualTo("fob.retry.1s"));
  }

  @Test
  void anUnknownNameIsPostponedAtFirst() {
    // When
    run(record("nobody"));

    // Then
    assertThat(moved().topic()).isEqualTo("fob.retry.1s");
    assertThat(moved().key()).isEqualTo("nobody");
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void anUnknownNameIsNotFoundTenSecondsAfterItsAcceptance() {
    // Given
    String longAgo = Long.toString(System.currentTimeMillis() - 10_001);

    // When
    run(header(record("nobody"), AsyncCallWire.ACCEPTED, longAgo));

    // Then
    assertThat(topics()).containsExactly("fob.dead", "fob.response");
    assertThat(failure(response(1))).isEqualTo(Failure.NOT_FOUND);
  }

  @Test
  void theReplyIsWrittenAlsoToTheTopicInReplyTo() {
    // Given
    driver.answer(200, "{\"result\":2}");

    // When
    run(header(record(FUNCTION), CallWire.REPLY_TO, "my.replies"));

    // Then
    assertThat(topics()).containsExactly("fob.response", "my.replies");
    assertThat(producer.history().getLast().value()).asString(UTF_8).isEqualTo("{\"result\":2}");
  }

  /**
   * A write on the producer's I/O thread could wait for metadata that only this thread receives.
   */
  @Test
  void theReplyIsNotWrittenOnTheProducersThread() {
    // Given
    MockProducer<String, byte[]> manual =
        new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    ThreadLocal<Boolean> producersOwn = ThreadLocal.withInitial(() -> false);
    List<Boolean> onIt = new CopyOnWriteArrayList<>();
    MockProducer<String, byte[]> watched =
        new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<String, byte[]> record, Callback callback) {
            onIt.add(producersOwn.get());
            return super.send(record, callback);
          }
        };
    AsyncOutcomes outcomes = outcomes(new BusWriter(watched), new BusWriter(manual));
    ConsumerRecord<String, byte[]> record = record(FUNCTION);
    AsyncCall call = AsyncCallWire.decode(record);
    Response failed =
        new Response(
            call.call().id(), FUNCTION, 1, Timing.NONE, Reply.failed(Failure.TIMEOUT, "too long"));
    outcomes.end(record, call, failed, done::incrementAndGet);

    // When
    producersOwn.set(true);
    watched.completeNext();

    // Then
    Awaitility.await().until(() -> onIt.size() == 2);
    assertThat(onIt).containsExactly(false, false);
    watched.completeNext();
    assertThat(done).hasValue(1);
  }

  /**
   * A write on the producer's I/O thread could wait for metadata that only this thread receives.
   */
  @Test
  void theProgressIsNotWrittenOnTheProducersThread() {
    // Given
    ThreadLocal<Boolean> producersOwn = ThreadLocal.withInitial(() -> false);
    List<Boolean> onIt = new CopyOnWriteArrayList<>();
    MockProducer<String, byte[]> manual =
        new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    MockProducer<String, byte[]> watched =
        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<String, byte[]> record, Callback callback) {
            onIt.add(producersOwn.get());
            return super.send(record, callback);
          }
        };
    ConsumerRecord<String, byte[]> record = record(FUNCTION);
    outcomes(new BusWriter(watched), new BusWriter(manual))
        .retry(record, AsyncCallWire.decode(record), Instant.now(), done::incrementAndGet);

    // When
    producersOwn.set(true);
    manual.completeNext();

    // Then
    awaitDone();
    assertThat(onIt).containsExactly(false);
  }

  @Test
  void aCallThatNamesNoFunctionIsRefusedAtOnce() {
    // Given
    ConsumerRecord<String, byte[]> record = record(FUNCTION);
    ProducerRecord<String, byte[]> keyless =
        new ProducerRecord<>("fob.async", null, null, record.value());

    // When
    run(received(keyless));

    // Then
    assertThat(topics()).containsExactly("fob.dead", "fob.response");
    assertThat(failure(response(1))).isEqualTo(Failure.BAD_REQUEST);
  }

  @Test
  void aRecordThatCannotBeDecodedIsDone() {
    // When
    run(Fixtures.unreadable("fob.async"));

    // Then
    assertThat(producer.history()).isEmpty();
  }
}
