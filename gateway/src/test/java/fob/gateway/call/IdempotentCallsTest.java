package fob.gateway.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.wire.CallWire;
import fob.bus.wire.KeyAnswerWire;
import fob.bus.wire.PartChoice;
import fob.bus.wire.ResponseWire;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Failure;
import fob.call.KeyAnswer;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import fob.call.Timing;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.PendingCalls;
import fob.gateway.reply.Replies;
import fob.gateway.reply.StoredLog;
import fob.gateway.result.ResultReader;
import fob.service.Deadlines;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class IdempotentCallsTest {

  /** No function is known, so each call has the partition of its key. */
  private static final PartChoice CHOICE =
      new PartChoice(_ -> Optional.empty(), _ -> 1, Random::new);

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final PendingCalls<Response> pending = new PendingCalls<>(1, ResponseWire::decode);
  private final PendingCalls<KeyAnswer> answers = new PendingCalls<>(1, KeyAnswerWire::decode);
  private final StoredLog log = new StoredLog(1);
  private final Replies replies = log.replies(pending, answers, Instant.now(), 7);
  private final ConfirmedPublisher confirmed = new ConfirmedPublisher(producer, Optional::empty);
  private final RequestIds ids = new RequestIds(InstantSource.system(), Random::new, _ -> true);
  private final List<String> told = new ArrayList<>();
  private final AtomicInteger released = new AtomicInteger();
  private final Call call =
      new Call(ids.next(), "add", Instant.now(), CallHeaders.NONE, "{}".getBytes(UTF_8));
  private final RequestId other = ids.next();

  private IdempotentCalls calls(Duration patience) {
    return new IdempotentCalls(
        new IdempotentCalls.Clients(
            new CallPublisher(
                producer,
                pending,
                ids,
                Optional::empty,
                CHOICE::record,
                new AsyncPublisher(confirmed, CHOICE, InstantSource.system())::note,
                new Deadlines()),
            confirmed,
            CHOICE,
            answers,
            new ResultReader(log::reader, replies, InstantSource.system()),
            patience));
  }

  private CallRoute route(String key) {
    return calls(TIMEOUT).route(key, (id, isReplayed) -> told.add(id + " " + isReplayed));
  }

  private static String header(ProducerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  @AfterEach
  void close() {
    replies.close();
  }

  /** Answers the last written call. */
  private void answer(KeyAnswer answer) {
    RequestId id = new RequestId(header(producer.history().getLast(), CallWire.KEY_ANSWER));
    log.append(KeyAnswerWire.encode(id, answer), Instant.now());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "k\u00e4se", "line\nfeed"})
  void malformedKeyIsRefused(String key) {
    assertThatThrownBy(() -> route(key))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("visible ASCII");
  }

  @Test
  void theSameKeyOfAnotherFunctionIsAnotherKey() throws Exception {
    // Given
    PendingReply<RequestId> first = route("k").accept(call, () -> {});
    String one = header(producer.history().getLast(), CallWire.KEY);
    answer(new KeyAnswer.First());
    first.await();

    // When
    var _ =
        route("k")
            .accept(new Call(other, "sub", Instant.now(), CallHeaders.NONE, new byte[0]), () -> {});

    // Then
    assertThat(header(producer.history().getLast(), CallWire.KEY)).isNotEqualTo(one).hasSize(64);
  }

  @Test
  void anAsynchronousCallIsAcceptedWhenTheOwnerSaysThatItIsTheFirst() throws Exception {
    // Given
    PendingReply<RequestId> accepted = route("k").accept(call, released::incrementAndGet);
    assertThat(released).hasValue(1);
    assertThat(producer.history()).hasSize(1);
    assertThat(producer.history().getFirst().topic()).isEqualTo("fob.async");

    // When
    answer(new KeyAnswer.First());

    // Then
    assertThat(accepted.await()).isEqualTo(call.id());
    assertThat(told).containsExactly(call.id() + " false");
    assertThat(answers.size()).isZero();
  }

  @Test
  void anAsynchronousRepeatGetsTheIdOfTheFirst() throws Exception {
    // Given
    PendingReply<RequestId> accepted = route("k").accept(call, released::incrementAndGet);

    // When
    answer(new KeyAnswer.Repeat(other, true));

    // Then
    assertThat(accepted.await()).isEqualTo(other);
    assertThat(told).containsExactly(other + " true");
  }

  @Test
  void aCallThatHasEndedAndIsReadAgainIsNoRepeat() throws Exception {
    // Given
    PendingReply<RequestId> accepted = route("k").accept(call, released::incrementAndGet);

    // When
    answer(new KeyAnswer.Repeat(call.id(), true));

    // Then
    assertThat(accepted.await()).isEqualTo(call.id());
    assertThat(told).containsExactly(call.id() + " false");
  }

  @Test
  void aKeyWithAnotherPayloadIsRefused() {
    // Given
    PendingReply<RequestId> accepted = route("k").accept(call, released::incrementAndGet);

    // When
    answer(new KeyAnswer.Repeat(other, false));

    // Then
    assertThatThrownBy(accepted::await)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> assertThat(problem.reason()).isEqualTo("idempotency-key-reused"));
    assertThat(told).isEmpty();
  }

  @Test
  void aCallThatTheOwnerRefusesIsRefused() {
    // Given
    PendingReply<Response> reply = route("k").publish(call, TIMEOUT, released::incrementAndGet);

    // When
    answer(new KeyAnswer.Refused(Reply.failed(Failure.OVERLOADED, "too many keys")));

    // Then
    assertThatThrownBy(reply::await)
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.reason()).isEqualTo("overloaded"))
        .hasMessage("too many keys");
    assertThat(answers.size() + pending.size()).isZero();
  }

  @Test
  void theFirstSynchronousCallGetsItsOwnReply() throws Exception {
    // Given
    PendingReply<Response> reply = route("k").publish(call, TIMEOUT, released::incrementAndGet);
    Response response =
        new Response(call.id(), "add", 1, Timing.NONE, new Reply.Answered(new byte[0]));

    // When
    log.append(ResponseWire.encode("fob.response", response), Instant.now());

    // Then
    assertThat(reply.await().id()).isEqualTo(response.id());
    assertThat(told).containsExactly(call.id() + " false");
    assertThat(answers.size() + pending.size()).isZero();
  }

  @Test
  void anOwnerThatDoesNotAnswerIsToldAndNothingIsLeft() {
    // Given
    PendingReply<RequestId> accepted =
        calls(Duration.ofMillis(20)).route("k", (_, _) -> {}).accept(call, () -> {});

    // Then
    assertThatThrownBy(accepted::await)
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.reason()).isEqualTo("no-reply"))
        .hasMessageContaining("a request with the same key makes no second call");
    assertThat(answers.size()).isZero();
  }

  @Test
  void aGatewayThatStopsTellsThoseWhoWait() {
    // Given
    PendingReply<RequestId> accepted = route("k").accept(call, () -> {});

    // When
    answers.cancelAll();

    // Then
    assertThatThrownBy(accepted::await).hasMessageContaining("stopping");
  }
}
