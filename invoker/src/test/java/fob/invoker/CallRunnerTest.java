package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.loop.Delivery;
import fob.bus.table.FunctionTable;
import fob.bus.wire.CallWire;
import fob.bus.wire.KeyClaimWire;
import fob.bus.wire.ResponseWire;
import fob.call.Call;
import fob.call.Failure;
import fob.call.KeyAnswer;
import fob.call.Reply;
import fob.call.Response;
import fob.call.TraceContext;
import fob.service.Sha256;
import fob.traces.Traces;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Runs synchronous calls with a fake driver and mock producers. */
class CallRunnerTest {

  private static final FunctionTable FUNCTIONS =
      new FunctionTable(new Bus(BusSettings.of("127.0.0.1:9")), (id, state) -> {});

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final MockProducer<String, byte[]> reported =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final Lanes lanes = Fixtures.lanes(1, reported);
  private final AtomicInteger done = new AtomicInteger();
  private final CallRunner<Call> runner = runner(Fixtures.withoutKeys());
  private FakeDriver driver;

  private CallRunner<Call> runner(KeyedCalls keyed) {
    return runner(keyed, Traces.NONE);
  }

  private CallRunner<Call> runner(KeyedCalls keyed, Traces traces) {
    return new CallRunner<>(
        FUNCTIONS,
        lanes,
        new SyncSemantics(new ReplyPublisher(new BusWriter(producer), new ReplyTopics(_ -> true))),
        Fixtures.onePartition(FUNCTIONS, producer),
        keyed,
        new Observation((_, _) -> {}, traces, InstantSource.system()));
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

  private static ConsumerRecord<String, byte[]> record(String function, String payload) {
    return new ConsumerRecord<>(
        "fob.call",
        0,
        7,
        System.currentTimeMillis(),
        TimestampType.CREATE_TIME,
        0,
        0,
        function,
        payload.getBytes(UTF_8),
        new RecordHeaders(),
        Optional.empty());
  }

  private static void deadline(ConsumerRecord<String, byte[]> record, long millisFromNow) {
    String deadline = Long.toString(System.currentTimeMillis() + millisFromNow);
    record.headers().add(CallWire.DEADLINE, deadline.getBytes(UTF_8));
  }

  private Response run(ConsumerRecord<String, byte[]> record) {
    runner.handle(record, done::incrementAndGet);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> done.get() == 1);
    assertThat(producer.history()).hasSize(1);
    ProducerRecord<String, byte[]> reply = producer.history().getFirst();
    return ResponseWire.decode(
        new ConsumerRecord<>(
            reply.topic(),
            0,
            0,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            reply.key(),
            reply.value(),
            reply.headers(),
            Optional.empty()));
  }

  private Response run(String function, String payload) {
    return run(record(function, payload));
  }

  private static Reply.Failed failed(Response response) {
    return switch (response.reply()) {
      case Reply.Failed failed -> failed;
      case Reply.Answered answered -> throw new AssertionError(answered);
    };
  }

  private static String body(Response response) {
    return switch (response.reply()) {
      case Reply.Answered(byte[] body) -> new String(body, UTF_8);
      case Reply.Failed failed -> throw new AssertionError(failed);
    };
  }

  @Test
  void aCallIsRunAndAnswered() {
    // Given
    driver.answer(200, "{\"result\":2}");

    // When
    Response response = run(Fixtures.ID.toString(), "{\"a\":1}");

    // Then
    assertThat(body(response)).isEqualTo("{\"result\":2}");
    assertThat(response.id().value()).isEqualTo("fob.call-0-7");
    assertThat(response.function()).isEqualTo(Fixtures.ID.toString());
    assertThat(response.timing().run()).isPositive();
    assertThat(driver.asked().getFirst().body()).contains("\"value\":{\"a\":1}");
  }

  @Test
  void aReplyHasTheTraceOfItsCall() {
    // Given
    String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    driver.answer(200, "{\"result\":2}");
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    record.headers().add("traceparent", parent.getBytes(UTF_8));
    record.headers().add("tracestate", "vendor=1".getBytes(UTF_8));

    // When
    Response response = run(record);

    // Then
    assertThat(response.trace()).isEqualTo(new TraceContext(parent, "vendor=1"));
    assertThat(driver.asked().getFirst().body())
        .contains("\"traceparent\":\"" + parent + "\"", "\"tracestate\":\"vendor=1\"");
  }

  @Test
  void theSpanOfAnAttemptThatFailsInFobEnds() {
    // Given
    driver.answer(200, "{\"result\":2}");
    IllegalStateException bug = new IllegalStateException("on purpose");
    NotedTraces traces = new NotedTraces(bug);

    // When
    runner(Fixtures.withoutKeys(), traces)
        .handle(record(Fixtures.ID.toString(), "{}"), done::incrementAndGet);

    // Then
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);
    assertThat(traces.failed()).containsExactly(bug);
  }

  @Test
  void aCallWithAKeyIsDoneOnceItsEndIsNotedBehindItsReply() {
    // Given
    String hash = Sha256.of("k".getBytes(UTF_8));
    UUID id = UUID.randomUUID();
    driver.answer(200, "{\"result\":2}");
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    record.headers().add(CallWire.REQUEST_ID, id.toString().getBytes(UTF_8));
    record.headers().add(CallWire.KEY, hash.getBytes(UTF_8));
    record.headers().add(CallWire.KEY_ANSWER, "answer".getBytes(UTF_8));
    KeyedCalls keyed =
        new KeyedCalls((_, _, _) -> Optional.of(new KeyAnswer.First()), new BusWriter(producer));

    // When
    runner(keyed).handle(record, done::incrementAndGet);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);

    // Then
    assertThat(producer.history().stream().map(ProducerRecord::topic))
        .containsExactly("fob.response", "fob.keys");
    assertThat(producer.history().getLast())
        .usingRecursiveComparison()
        .isEqualTo(KeyClaimWire.encodeEnded(0, hash, id));
  }

  @Test
  void aCallThatItsKeyRefusesIsNotRunAndItsResultSaysWhy() {
    // Given
    KeyAnswer refused = new KeyAnswer.Refused(Reply.failed(Failure.EXPIRED, "too late"));
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    UUID id = UUID.randomUUID();
    record.headers().add(CallWire.REQUEST_ID, id.toString().getBytes(UTF_8));
    record.headers().add(CallWire.KEY, Sha256.of("k".getBytes(UTF_8)).getBytes(UTF_8));
    record.headers().add(CallWire.KEY_ANSWER, "answer".getBytes(UTF_8));

    // When
    runner(new KeyedCalls((_, _, _) -> Optional.of(refused), new BusWriter(producer)))
        .handle(record, done::incrementAndGet);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);

    // Then
    assertThat(producer.history().stream().map(ProducerRecord::key))
        .containsExactly(id.toString(), "answer");
    assertThat(producer.history().getFirst().value()).asString().contains("too late");
    assertThat(driver.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "{", "{} {}", " ", "\n"})
  void aPayloadThatIsNoObjectIsNotRun(String payload) {
    // When
    Reply.Failed failed = failed(run(Fixtures.ID.toString(), payload));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.BAD_REQUEST);
    assertThat(failed.message()).startsWith("the parameters are wrong: ");
    assertThat(driver.asked()).isEmpty();
  }

  @Test
  void aCallWithoutPayloadIsRun() {
    // Given
    driver.answer(200, "{\"result\":0}");

    // When
    Response response = run(Fixtures.ID.toString(), "");

    // Then
    assertThat(body(response)).isEqualTo("{\"result\":0}");
  }

  @Test
  void aRefusedCallIsTriedAgainUntilAnInstanceTakesIt() {
    // Given
    driver.answer(429, "{\"error\":{\"reason\":\"busy\",\"message\":\"busy\"}}");
    driver.answer(503, "{\"error\":{\"reason\":\"draining\",\"message\":\"later\"}}");
    driver.answer(200, "{\"result\":3}");

    // When
    Response response = run(Fixtures.ID.toString(), "{}");

    // Then
    assertThat(body(response)).isEqualTo("{\"result\":3}");
    assertThat(driver.asked()).hasSize(3);
  }

  @Test
  void aFunctionsFailureIsNotTriedAgain() {
    // Given
    driver.answer(500, "{\"error\":{\"reason\":\"exception\",\"message\":\"boom\"}}");

    // When
    Reply.Failed failed = failed(run(Fixtures.ID.toString(), "{}"));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.FUNCTION_ERROR);
    assertThat(driver.asked()).hasSize(1);
  }

  @Test
  void aCallThatMayHaveRunIsNotTriedAgain() {
    // Given
    driver.hangUp();

    // When
    Reply.Failed failed = failed(run(Fixtures.ID.toString(), "{}"));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(driver.asked()).hasSize(1);
  }

  @Test
  void aCallWhoseDeadlineHasPassedIsNotRun() {
    // Given
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    deadline(record, -1);

    // When
    Reply.Failed failed = failed(run(record));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.EXPIRED);
    assertThat(driver.asked()).isEmpty();
  }

  /** The other invoker runs it, or ends it: there is one reply. */
  @Test
  void aCallThatAnotherInvokerHasTakenOverIsNotRefusedHere() {
    // Given
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    deadline(record, -1);

    // When
    runner.handle(
        record,
        new Delivery() {
          @Override
          public void done() {
            done.incrementAndGet();
          }

          @Override
          public boolean begin() {
            return false;
          }
        });

    // Then
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aCallOfAFailedFunctionIsRefusedWithTheReason() {
    // Given
    lanes.changed(Fixtures.ID, Optional.of(Fixtures.failed("its code does not load")));

    // When
    Reply.Failed failed = failed(run(Fixtures.ID.toString(), "{}"));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.NOT_READY);
    assertThat(failed.message()).contains("its code does not load");
  }

  @Test
  void anUnknownNameIsNotFoundAtOnce() {
    assertThat(failed(run("nobody", "{}")))
        .isEqualTo(Reply.failed(Failure.NOT_FOUND, "there is no function 'nobody'"));
  }

  @Test
  void anUnknownIdIsNotFoundAfterTheWait() {
    // Given
    String unknown = "00000000-0000-4000-8000-000000000000";
    ConsumerRecord<String, byte[]> record = record(unknown, "{}");
    deadline(record, 1_000);

    // When
    Reply.Failed failed = failed(run(record));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.NOT_FOUND);
  }

  @Test
  void aCallOfAFunctionThatWasRemovedIsNotFound() {
    // Given
    lanes.changed(Fixtures.ID, Optional.empty());
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    deadline(record, 1_000);

    // When
    Reply.Failed failed = failed(run(record));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.NOT_FOUND);
  }

  @Test
  void theReplyIsWrittenToTheTopicInReplyTo() {
    // Given
    driver.answer(200, "{\"result\":1}");
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    record.headers().add(CallWire.REPLY_TO, "my.replies".getBytes(UTF_8));

    // When
    run(record);

    // Then
    assertThat(producer.history().getFirst().topic()).isEqualTo("my.replies");
  }

  @Test
  void aRecordThatCannotBeDecodedIsDone() {
    // When
    runner.handle(Fixtures.unreadable("fob.call"), done::incrementAndGet);

    // Then
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aCallThatNamesNoFunctionIsRefusedAtOnce() {
    assertThat(failed(run("", "{}")).failure()).isEqualTo(Failure.BAD_REQUEST);
  }

  @Test
  void aCallWaitsForAFunctionThatBecomesKnownUntilItsOwnDeadline() throws Exception {
    // Given: of the ten seconds for a function that is not known yet, 9.8 are over
    Instant received = Instant.now().minus(LatestStart.UNKNOWN_FUNCTION_GRACE).plusMillis(200);
    Lanes lanes = Fixtures.lanes(1, reported);
    CallRunner<Call> runner =
        new CallRunner<>(
            FUNCTIONS,
            lanes,
            new SyncSemantics(
                new ReplyPublisher(new BusWriter(producer), new ReplyTopics(_ -> true))),
            Fixtures.onePartition(FUNCTIONS, producer),
            Fixtures.withoutKeys(),
            new Observation((_, _) -> {}, Traces.NONE, () -> received));
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    deadline(record, 20_000);
    runner.handle(record, done::incrementAndGet);
    lanes.changed(Fixtures.ID, Optional.of(Fixtures.deploying("loading")));
    Instant graceOver = Instant.now().plusMillis(300);
    Awaitility.await().until(() -> Instant.now().isAfter(graceOver));
    assertThat(done).hasValue(0);
    driver.answer(200, "{\"result\":1}");

    // When
    lanes.changed(Fixtures.ID, Optional.of(Fixtures.ready(1, driver.instance())));

    // Then
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);
    assertThat(driver.asked()).hasSize(1);
  }

  @Test
  void aCallThatIsGrantedAnInstanceAfterItsDeadlineIsNotRun() {
    // Given
    ConsumerRecord<String, byte[]> record = record(Fixtures.ID.toString(), "{}");
    deadline(record, 200);
    Instant passed = Instant.now().plusMillis(250);

    // When
    runner.handle(
        record,
        new Delivery() {
          @Override
          public void done() {
            done.incrementAndGet();
          }

          @Override
          public boolean begin() {
            Awaitility.await().until(() -> Instant.now().isAfter(passed));
            return true;
          }
        });

    // Then
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> done.get() == 1);
    assertThat(driver.asked()).isEmpty();
    assertThat(new String(producer.history().getFirst().value(), UTF_8)).contains("expired");
  }

  @Test
  void anInstanceThatAnswersForAnotherCallIsReported() {
    // Given
    driver.answerFor("another", 200, "{\"result\":\"secret\"}");

    // When
    Reply.Failed failed = failed(run(Fixtures.ID.toString(), "{}"));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.UNREACHABLE);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !reported.history().isEmpty());
    assertThat(reported.history().getFirst().value()).asString().contains("another call");
  }
}
