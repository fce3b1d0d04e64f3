package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.TestConsumer;
import fob.call.AsyncCall;
import fob.call.Attempt;
import fob.call.Call;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.Progress;
import fob.call.Reply;
import fob.call.RequestId;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncCallWireTest {

  private static final long SENT = 1_767_225_600_000L;
  private static final Instant ACCEPTED = Instant.ofEpochMilli(SENT);
  private static final Instant DUE = ACCEPTED.plusSeconds(4);
  private static final RequestId NEW_ID = new RequestId("0198c0de-0000-7000-8000-00000000000b");
  private static final Attempt FIRST =
      new Attempt(1, ACCEPTED.plusSeconds(1), Failure.FUNCTION_ERROR, "RuntimeError: grüße");
  private static final Attempt SECOND =
      new Attempt(2, ACCEPTED.plusSeconds(3), Failure.UNREACHABLE, "its instance ended");
  private static final Reply.Failed TIMEOUT =
      Reply.failed(Failure.TIMEOUT, "it ran for more than 30s");

  /** As a foreign producer writes it, with a header of its own. */
  private static ConsumerRecord<String, byte[]> original() {
    ConsumerRecord<String, byte[]> record =
        TestConsumer.record(
            new TopicPartition("fob.async", 3), 42, "resize", "{\"width\":1}".getBytes(UTF_8));
    header(record, "fob-request-id", "order-17");
    header(record, "fob-accepted", Long.toString(SENT));
    header(record, "fob-reply-to", "my.replies");
    header(record, "tenant", "blue");
    return record;
  }

  private static void header(ConsumerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }

  private static AsyncCall failedTwice() {
    return AsyncCallWire.decode(original()).after(FIRST).after(SECOND);
  }

  private static ProducerRecord<String, byte[]> again() {
    return AsyncCallWire.again("fob.retry.1s", original(), failedTwice(), DUE);
  }

  private static ProducerRecord<String, byte[]> dead() {
    return DeadLetterWire.encode(original(), failedTwice(), TIMEOUT);
  }

  private static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> record) {
    return Golden.received(record, SENT + 9_000);
  }

  private static List<String> names(ProducerRecord<String, byte[]> record) {
    return IntStream.range(0, record.headers().toArray().length)
        .mapToObj(i -> record.headers().toArray()[i])
        .map(Header::key)
        .toList();
  }

  @Test
  void goldenCallInATier() {
    Golden.assertSame("async-again", again());
  }

  @Test
  void goldenDeadLetter() {
    Golden.assertSame("async-dead", dead());
  }

  @Test
  void goldenRedrivenCall() {
    Golden.assertSame("async-redriven", DeadLetterWire.redriven(received(dead()), NEW_ID));
  }

  @Test
  void goldenForgottenLetter() {
    Golden.assertSame("async-forgotten", DeadLetterWire.delete(3, new RequestId("order-17")));
  }

  private static Progress progress(Progress.State state) {
    return new Progress(new RequestId("order-17"), "resize", state, 3, DUE, List.of(FIRST, SECOND));
  }

  @Test
  void goldenProgress() {
    Golden.assertSame("progress", ProgressWire.encode(progress(Progress.State.RETRYING)));
  }

  @Test
  void goldenProgressOfACallThatWasJustAccepted() {
    Golden.assertSame(
        "progress-accepted",
        ProgressWire.encode(
            new Progress(
                new RequestId("order-17"), "resize", Progress.State.ACCEPTED, 1, null, List.of())));
  }

  @Test
  void aCallThatComesBackIsTheSameWithItsAttemptsBehindIt() {
    // When
    AsyncCall back = AsyncCallWire.decode(received(again()));

    // Then
    assertThat(back.history()).containsExactly(FIRST, SECOND);
    assertThat(back.accepted()).isEqualTo(ACCEPTED);
    assertThat(back.call().headers().attempt()).isEqualTo(3);
    assertThat(back.call().id().value()).isEqualTo("order-17");
    assertThat(back.call().function()).isEqualTo("resize");
    assertThat(back.call().headers().replyTo()).isEqualTo("my.replies");
    assertThat(back.call().payload()).asString(UTF_8).isEqualTo("{\"width\":1}");
    assertThat(AsyncCallWire.due(received(again()))).isEqualTo(DUE);
  }

  @Test
  void aCallThatComesBackTwiceHasEachHeaderOnce() {
    // Given
    ConsumerRecord<String, byte[]> once = received(again());

    // When
    ProducerRecord<String, byte[]> twice =
        AsyncCallWire.again("fob.retry.10s", once, AsyncCallWire.decode(once).after(SECOND), DUE);

    // Then
    assertThat(names(twice)).doesNotHaveDuplicates().contains("tenant", "fob-history");
    assertThat(AsyncCallWire.decode(received(twice)).history()).hasSize(3);
  }

  @Test
  void aRecordWithoutAnIdKeepsTheOneThatItsFirstPlaceGaveIt() {
    // Given
    ConsumerRecord<String, byte[]> record =
        TestConsumer.record(new TopicPartition("fob.async", 3), 42, "add", "{}".getBytes(UTF_8));

    // When
    ProducerRecord<String, byte[]> again =
        AsyncCallWire.again("fob.retry.1s", record, AsyncCallWire.decode(record), DUE);

    // Then
    AsyncCall back = AsyncCallWire.decode(Golden.received(again, record.timestamp() + 9_000));
    assertThat(back.call().id().value()).isEqualTo("fob.async-3-42");
    assertThat(back.accepted().toEpochMilli()).isEqualTo(record.timestamp());
  }

  @Test
  void aTierHandsARecordOnAsItIs() {
    // Given
    ConsumerRecord<String, byte[]> waiting = received(again());

    // When
    ProducerRecord<String, byte[]> moved = AsyncCallWire.moved("fob.async", waiting);

    // Then
    assertThat(moved.topic()).isEqualTo("fob.async");
    assertThat(moved.key()).isEqualTo("resize");
    assertThat(moved.value()).isSameAs(waiting.value());
    assertThat(moved.headers()).isEqualTo(waiting.headers());
    assertThat(moved.timestamp()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "0", "99999999999999999"})
  void aCallThatDoesNotSayWhenComesBackAtOnce(String due) {
    // Given
    ConsumerRecord<String, byte[]> record = original();
    header(record, "fob-due", due);

    // Then
    assertThat(AsyncCallWire.due(record)).isEqualTo(Instant.ofEpochMilli(record.timestamp()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "-1", "99999999999999999", "1900000000000"})
  void anAcceptanceThatIsUnreadableOrToComeIsTheRecordsOwnTime(String accepted) {
    // Given
    ConsumerRecord<String, byte[]> record = original();
    header(record, "fob-accepted", accepted);

    // Then
    assertThat(AsyncCallWire.decode(record).accepted().toEpochMilli())
        .isEqualTo(record.timestamp());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "1",
        "{}",
        "null",
        "[1,\"a\",null]",
        "[{}]",
        "[{\"attempt\":1,\"at\":\"noon\",\"status\":\"timeout\"}]",
        "[{\"attempt\":1,\"at\":\"2026-01-01T00:00:00Z\",\"status\":\"exploded\"}]"
      })
  void anUnreadableHistoryIsNone(String history) {
    // Given
    ConsumerRecord<String, byte[]> record = original();
    header(record, "fob-history", history);

    // Then
    assertThat(AsyncCallWire.decode(record).history()).isEmpty();
  }

  @Test
  void aHistoryThatIsNoTextIsNone() {
    // Given
    ConsumerRecord<String, byte[]> record = original();
    byte[] looksLikeUtf32 = {0, 0, 0, '[', 0x7f, 0x7f, 0x7f, 0x7f};
    record.headers().add("fob-history", looksLikeUtf32);

    // Then
    assertThat(AsyncCallWire.decode(record).history()).isEmpty();
  }

  @Test
  void aDeadLetterTellsWhatItWas() {
    // When
    DeadLetter letter = DeadLetterWire.decode(received(dead()));

    // Then
    assertThat(letter)
        .isEqualTo(
            new DeadLetter(
                new RequestId("order-17"),
                "resize",
                ACCEPTED,
                Instant.ofEpochMilli(SENT + 9_000),
                Failure.TIMEOUT,
                "it ran for more than 30s",
                List.of(FIRST, SECOND),
                11));
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void everyFailureComesBackFromADeadLetter(Failure failure) {
    // Given
    ProducerRecord<String, byte[]> dead =
        DeadLetterWire.encode(original(), failedTwice(), Reply.failed(failure, "why"));

    // Then
    assertThat(DeadLetterWire.decode(received(dead)).failure()).isEqualTo(failure);
  }

  @Test
  void whatHasNoStatusIsNoDeadLetter() {
    assertThatThrownBy(() -> DeadLetterWire.decode(original()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRedrivenCallStartsAfresh() {
    // When
    AsyncCall call =
        AsyncCallWire.decode(
            Golden.received(DeadLetterWire.redriven(received(dead()), NEW_ID), SENT + 60_000));

    // Then
    assertThat(call.call().id()).isEqualTo(NEW_ID);
    assertThat(call.call().headers().attempt()).isEqualTo(1);
    assertThat(call.call().function()).isEqualTo("resize");
    assertThat(call.history()).isEmpty();
    assertThat(call.accepted().toEpochMilli()).isEqualTo(SENT + 60_000);
    assertThat(call.call().headers().deadline()).isNull();
  }

  @Test
  void whatIsTooLargeLosesOthersHeadersAndKeepsFobs() {
    // Given
    ConsumerRecord<String, byte[]> record = original();
    header(record, "content-type", "text/plain");
    ProducerRecord<String, byte[]> again =
        AsyncCallWire.again("fob.retry.1s", record, failedTwice(), DUE);

    // When
    ProducerRecord<String, byte[]> smaller = AsyncCallWire.withoutForeignHeaders(again);

    // Then
    assertThat(names(again)).contains("tenant");
    assertThat(names(smaller))
        .doesNotContain("tenant")
        .containsExactlyElementsOf(
            names(again).stream().filter(name -> !name.equals("tenant")).toList())
        .contains("content-type", "fob-history");
    assertThat(smaller.topic()).isEqualTo("fob.retry.1s");
    assertThat(smaller.key()).isEqualTo("resize");
    assertThat(smaller.value()).isEqualTo(record.value());
  }

  /** Else a record that cannot be written would be tried for ever. */
  @Test
  void theLongestHistoryAndMessageFitBesideTheLargestPayload() {
    // Given
    String longMessage = "無".repeat(5_000);
    AsyncCall call = AsyncCallWire.decode(original());
    for (int i = 1; i <= 100; i++) {
      call = call.after(new Attempt(i, ACCEPTED, Failure.FUNCTION_ERROR, longMessage));
    }

    // When
    ProducerRecord<String, byte[]> dead =
        DeadLetterWire.encode(original(), call, Reply.failed(Failure.FUNCTION_ERROR, longMessage));

    // Then
    int bytes = 0;
    for (Header header : dead.headers()) {
      bytes += header.key().length() + header.value().length + 10;
    }
    assertThat(bytes).isLessThan(Topics.MAX_RECORD_BYTES - Topics.MAX_VALUE_BYTES - 10_000);
    assertThat(DeadLetterWire.decode(received(dead)).history()).hasSize(20);
  }

  @ParameterizedTest
  @EnumSource(Progress.State.class)
  void progressComesBackAsItWasWritten(Progress.State state) {
    assertThat(ProgressWire.decode(received(ProgressWire.encode(progress(state)))))
        .isEqualTo(progress(state));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"state\":\"lost\"}"})
  void anythingElseTellsOfNoProgress(String json) {
    // Given
    ConsumerRecord<String, byte[]> record =
        TestConsumer.record(new TopicPartition("fob.progress", 0), 1, "id", json.getBytes(UTF_8));

    // Then
    assertThatThrownBy(() -> ProgressWire.decode(record))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNewCallGoesToItsTopicUnderItsFunction() {
    // Given
    Call call = AsyncCallWire.decode(original()).call();

    // When
    ProducerRecord<String, byte[]> record = AsyncCallWire.encode(call);

    // Then
    assertThat(record.topic()).isEqualTo("fob.async");
    assertThat(record.key()).isEqualTo("resize");
  }
}
