package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.TestConsumer;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import fob.call.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallWireTest {

  private static final RequestId ID = new RequestId("0198c0de-0000-7000-8000-000000000001");
  private static final String FUNCTION = "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b";
  private static final TraceContext TRACE =
      new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
  private static final long SENT = 1_767_225_600_000L;
  private static final Instant DEADLINE = Instant.ofEpochMilli(SENT + 30_000);
  private static final Timing TIMING =
      new Timing(Duration.ofMillis(1), Duration.ofNanos(2_000), Duration.ofSeconds(3));

  private static Call call(String payload) {
    return new Call(
        ID,
        FUNCTION,
        Instant.ofEpochMilli(SENT),
        CallHeaders.of(DEADLINE, Call.JSON, null),
        payload.getBytes(UTF_8));
  }

  private static Call unusualCall() {
    return new Call(
        ID,
        "resize",
        Instant.ofEpochMilli(SENT),
        new CallHeaders(DEADLINE, 3, "my.replies", "text/plain; charset=utf-8", TRACE),
        "grüße".getBytes(UTF_8));
  }

  private static Response response(Reply reply) {
    return new Response(ID, FUNCTION, 2, TIMING, reply);
  }

  private static Reply.Failed failed() {
    ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", "ZeroDivisionError");
    error.putArray("stack").add("line 2, in callme");
    return new Reply.Failed(Failure.FUNCTION_ERROR, "division by zero", error);
  }

  @Test
  void goldenCall() {
    Golden.assertSame("call", CallWire.encode(Topics.CALL, call("{\"param1\":1}")));
  }

  @Test
  void goldenCallWithEveryHeader() {
    Golden.assertSame("call-every-header", CallWire.encode(Topics.CALL, unusualCall()));
  }

  @Test
  void goldenCallThatAsksForItsLog() {
    Golden.assertSame("call-log", CallWire.encode(Topics.CALL, call("{}").withLogBytes(4_096)));
  }

  @Test
  void goldenCallOfATrace() {
    // Given
    TraceContext trace = new TraceContext(TRACE.parent(), "vendor=1,t@other=a b");
    Call call =
        new Call(
            ID,
            FUNCTION,
            Instant.ofEpochMilli(SENT),
            CallHeaders.of(DEADLINE, Call.JSON, trace),
            "{}".getBytes(UTF_8));

    // When
    ProducerRecord<String, byte[]> record = CallWire.encode(Topics.CALL, call);

    // Then
    Golden.assertSame("call-trace", record);
    assertThat(CallWire.decode(Golden.received(record, SENT)).headers().trace()).isEqualTo(trace);
  }

  @Test
  void goldenResponseOfATrace() {
    // Given
    TraceContext trace = new TraceContext(TRACE.parent(), "vendor=1");
    Reply reply = new Reply.Answered("{\"result\":2}".getBytes(UTF_8));
    Response response = new Response(ID, FUNCTION, 2, TIMING, reply, List.of(), trace);

    // When
    ProducerRecord<String, byte[]> record = ResponseWire.encode("fob.response", response);

    // Then
    Golden.assertSame("response-trace", record);
    assertThat(ResponseWire.decode(Golden.received(record, SENT)).trace()).isEqualTo(trace);
  }

  @Test
  void goldenResponseWithALog() {
    Response response =
        new Response(
            ID,
            FUNCTION,
            2,
            TIMING,
            new Reply.Answered("{\"result\":2}".getBytes(UTF_8)),
            List.of("grüße", "", "end"),
            null);
    ProducerRecord<String, byte[]> record = ResponseWire.encode("fob.response", response);
    Golden.assertSame("response-log", record);
    assertThat(ResponseWire.decode(Golden.received(record, SENT)).log())
        .containsExactly("grüße", "", "end");
  }

  @ParameterizedTest
  @CsvSource({"4096,4096", "0,0", "-1,0", "99999999,16384", "many,0"})
  void askedBytesOfTheLogAreBounded(String header, int bytes) {
    ProducerRecord<String, byte[]> record = CallWire.encode(Topics.CALL, call("{}"));
    record.headers().add("fob-log-bytes", header.getBytes(UTF_8));
    assertThat(CallWire.decode(Golden.received(record, SENT)).headers().logBytes())
        .isEqualTo(bytes);
  }

  @Test
  void goldenResponse() {
    Golden.assertSame(
        "response",
        ResponseWire.encode(
            "fob.response", response(new Reply.Answered("{\"result\":2}".getBytes(UTF_8)))));
  }

  @Test
  void goldenFailedResponse() {
    Golden.assertSame("response-failed", ResponseWire.encode("fob.response", response(failed())));
  }

  @Test
  void aCallComesBackAsItWasSent() {
    // When
    Call back = CallWire.decode(Golden.received(CallWire.encode(Topics.CALL, unusualCall()), SENT));

    // Then
    assertThat(back).usingRecursiveComparison().ignoringFields("function").isEqualTo(unusualCall());
    assertThat(back.function()).isEqualTo("resize");
  }

  @Test
  void anAnswerComesBackByteForByte() {
    // Given
    byte[] body = {'{', '}', ' ', (byte) 0xff, 0};

    // When
    Response back = back(response(new Reply.Answered(body)));

    // Then
    assertThat(back).usingRecursiveComparison().isEqualTo(response(new Reply.Answered(body)));
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void everyFailureComesBack(Failure failure) {
    // Given
    Reply.Failed reply = new Reply.Failed(failure, "why", failed().error());

    // When
    Response back = back(response(reply));

    // Then
    assertThat(back).isEqualTo(response(reply));
  }

  @Test
  void aFailureWithoutADetailComesBackWithoutOne() {
    assertThat(back(response(Reply.failed(Failure.TIMEOUT, "too long"))).reply())
        .isEqualTo(Reply.failed(Failure.TIMEOUT, "too long"));
  }

  private static Response back(Response response) {
    return ResponseWire.decode(
        Golden.received(ResponseWire.encode("fob.response", response), SENT));
  }

  private static ConsumerRecord<String, byte[]> foreign(
      @Nullable String key, byte @Nullable [] value) {
    return TestConsumer.record(new TopicPartition("fob.call", 3), 42, key, value);
  }

  private static ConsumerRecord<String, byte[]> foreign(String header, String text) {
    ConsumerRecord<String, byte[]> record = foreign("add", "{}".getBytes(UTF_8));
    record.headers().add(header, text.getBytes(UTF_8));
    return record;
  }

  @Test
  void aRecordWithoutHeadersIsACallByItsKey() {
    // When
    Call call = CallWire.decode(foreign("add", "{\"a\":1}".getBytes(UTF_8)));

    // Then
    assertThat(call.id().value()).isEqualTo("fob.call-3-42");
    assertThat(call.function()).isEqualTo("add");
    assertThat(call.headers().deadline()).isNull();
    assertThat(call.sent().toEpochMilli()).isEqualTo(1_800_000_000_000L);
    assertThat(call.headers().attempt()).isEqualTo(1);
    assertThat(call.headers().replyTo()).isNull();
    assertThat(call.headers().contentType()).isEqualTo("application/json");
    assertThat(call.headers().trace()).isNull();
    assertThat(call.payload()).asString(UTF_8).isEqualTo("{\"a\":1}");
  }

  @Test
  void aRecordWithoutKeyAndValueIsACallOfNoFunction() {
    // When
    Call call = CallWire.decode(foreign(null, (byte[]) null));

    // Then
    assertThat(call.function()).isEmpty();
    assertThat(call.payload()).isEmpty();
  }

  @Test
  void aFunctionsNameThatIsLongerThanAnyIsCut() {
    assertThat(CallWire.decode(foreign("x".repeat(300), new byte[0])).function())
        .isEqualTo("x".repeat(200) + "…");
  }

  @Test
  void theFunctionHeaderWinsOverTheKey() {
    assertThat(CallWire.decode(foreign("fob-function", "multiply")).function())
        .isEqualTo("multiply");
  }

  @Test
  void aHeaderWithoutValueCountsAsAbsent() {
    // Given
    ConsumerRecord<String, byte[]> record = foreign("add", new byte[0]);
    record.headers().add("fob-request-id", null);

    // When
    Call call = CallWire.decode(record);

    // Then
    assertThat(call.id().value()).isEqualTo("fob.call-3-42");
  }

  @Test
  void ofAHeaderThatIsThereTwiceTheLastCounts() {
    // Given
    ConsumerRecord<String, byte[]> record = foreign("fob-attempt", "2");
    record.headers().add("fob-attempt", "3".getBytes(UTF_8));

    // When
    Call call = CallWire.decode(record);

    // Then
    assertThat(call.headers().attempt()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "has space", "tab\t", "ümlaut", "line\nbreak"})
  void anUnusableRequestIdCountsAsAbsent(String id) {
    assertThat(CallWire.decode(foreign("fob-request-id", id)).id().value())
        .isEqualTo("fob.call-3-42");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fob.async", "fob.functions", "in valid/topic!!", ".", ".."})
  void aTopicThatNoReplyMayGoToCountsAsAbsent(String topic) {
    assertThat(CallWire.decode(foreign("fob-reply-to", topic)).headers().replyTo()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "soon", "1.5", "99999999999999999999", "-9223372036854775808", "-1", "0"})
  void anUnusableDeadlineCountsAsAbsent(String deadline) {
    assertThat(CallWire.decode(foreign("fob-deadline", deadline)).headers().deadline()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1e3", "99999999999", "-99999999999"})
  void anUnusableAttemptCountsAsTheFirst(String attempt) {
    assertThat(CallWire.decode(foreign("fob-attempt", attempt)).headers().attempt()).isEqualTo(1);
  }

  /** A header may be there without a value, whatever the client's annotations say. */
  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @ValueSource(strings = {"fob-deadline", "fob-reply-to", "fob-attempt", "fob-request-id"})
  void aHeaderThatIsNoTextCountsAsAbsent(String name) {
    // Given
    byte[][] noTexts = {null, {}, {0}, {(byte) 0xff, (byte) 0xfe}, {(byte) 0xc3}};

    for (byte[] noText : noTexts) {
      // When
      ConsumerRecord<String, byte[]> record = foreign("add", "{}".getBytes(UTF_8));
      record.headers().add(name, noText);
      Call call = CallWire.decode(record);

      // Then
      assertThat(call.headers().deadline()).isNull();
      assertThat(call.headers().replyTo()).isNull();
      assertThat(call.headers().attempt()).isEqualTo(1);
      assertThat(call.id().value()).isEqualTo("fob.call-3-42");
    }
  }

  @Test
  void ofAHeaderThatComesTwiceTheLastCounts() {
    // Given
    ConsumerRecord<String, byte[]> record = foreign("fob-deadline", "5000");
    record.headers().add("fob-deadline", "7000".getBytes(UTF_8));

    // Then
    assertThat(CallWire.decode(record).headers().deadline()).isEqualTo(Instant.ofEpochMilli(7_000));
  }

  @Test
  void headersThatAreNotOursAreIgnored() {
    // Given
    ConsumerRecord<String, byte[]> record = foreign("fob-colour", "red");
    record.headers().add("", new byte[] {(byte) 0xff});

    // When
    Call call = CallWire.decode(record);

    // Then
    assertThat(call.function()).isEqualTo("add");
  }

  @Test
  void aResponseWithoutStatusIsNone() {
    assertThatThrownBy(() -> ResponseWire.decode(foreign("x", "{}".getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no fob-status header");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "OK", "exploded"})
  void aResponseOfUnknownStatusIsNone(String status) {
    assertThatThrownBy(() -> ResponseWire.decode(foreign("fob-status", status)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown status " + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ok", "timeout"})
  void aResponseWithoutValueIsNone(String status) {
    // Given
    ConsumerRecord<String, byte[]> record = foreign("id", (byte[]) null);
    record.headers().add("fob-status", status.getBytes(UTF_8));

    // Then
    assertThatThrownBy(() -> ResponseWire.decode(record))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "queue", "queue=x", "queue=1,wait", "1,2,3,4", "a=1,b=2,c=3,d=4"})
  void anUnreadableTimingDoesNotLoseTheReply(String timing) {
    // Given
    ConsumerRecord<String, byte[]> record = foreign("fob-timing", timing);
    record.headers().add("fob-status", "ok".getBytes(UTF_8));

    // When
    Response response = ResponseWire.decode(record);

    // Then
    assertThat(response.timing()).isEqualTo(Timing.NONE);
  }

  @Test
  void anUnreadableAttemptDoesNotLoseTheReply() {
    // Given
    ConsumerRecord<String, byte[]> record = foreign("fob-attempt", "99999999999");
    record.headers().add("fob-status", "ok".getBytes(UTF_8));

    // When
    Response response = ResponseWire.decode(record);

    // Then
    assertThat(response.attempt()).isEqualTo(1);
  }

  @Test
  void aCallsRecordGoesToTheTopicUnderItsFunction() {
    // When
    ProducerRecord<String, byte[]> record = CallWire.encode(Topics.CALL, call(""));

    // Then
    assertThat(record.topic()).isEqualTo("fob.call");
    assertThat(record.key()).isEqualTo(FUNCTION);
    assertThat(record.partition()).isNull();
  }
}
