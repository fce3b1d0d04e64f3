package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Failure;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import fob.function.FunctionId;
import fob.function.FunctionName;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LetterQuestionWireTest {

  private static final Instant DEADLINE = Instant.parse("2026-01-01T00:00:10Z");
  private static final RequestId ID = new RequestId("question-1");
  private static final LetterPlace PLACE = new LetterPlace(1_767_225_600_000L, 3, 41);
  private static final LetterQuestion.Listing LISTING =
      new LetterQuestion.Listing(Set.of("resize", "add"), Failure.TIMEOUT, PLACE, 100);

  private static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> record) {
    return Golden.received(record, DEADLINE.toEpochMilli());
  }

  private static ProducerRecord<String, byte[]> question(LetterQuestion question) {
    return LetterQuestionWire.encode(3, ID, DEADLINE, question);
  }

  static Stream<LetterQuestion> questions() {
    return Stream.of(
        LISTING,
        new LetterQuestion.Listing(Set.of(), null, null, 1),
        new LetterQuestion.Find(new RequestId("order-17")),
        new LetterQuestion.Delete(new RequestId("order-17")),
        new LetterQuestion.Redrive(new RequestId("order-17"), new RequestId("order-18")));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void aQuestionIsReadAsItWasWritten(LetterQuestion question) {
    ConsumerRecord<String, byte[]> record = received(question(question));

    assertThat(LetterQuestionWire.isQuestion(record)).isTrue();
    assertThat(LetterQuestionWire.id(record)).isEqualTo(ID);
    assertThat(LetterQuestionWire.deadline(record)).isEqualTo(DEADLINE);
    assertThat(LetterQuestionWire.decode(record)).isEqualTo(question);
  }

  @Test
  void formatsAreThoseOfTheGoldenFiles() {
    Golden.assertSame("letter-question", question(LISTING));
    Golden.assertSame(
        "letter-answer",
        LetterAnswerWire.encode(ID, new LetterAnswer.Listed(17, List.of(PLACE), true, 2)));
  }

  @Test
  void questionIsInThePartitionThatItIsAbout() {
    assertThat(question(LISTING).partition()).isEqualTo(3);
  }

  @Test
  void aVersionThatKnowsNoQuestionsFindsACallOfNoFunction() {
    // When
    Call call = CallWire.decode(received(question(LISTING)));

    // Then
    assertThat(FunctionId.parse(call.function())).isEmpty();
    assertThat(FunctionName.isValid(call.function())).isFalse();
    assertThat(call.id()).isEqualTo(ID);
    assertThat(call.headers().replyTo()).isNull();
  }

  @Test
  void aCallIsNoQuestion() {
    Call call = new Call(ID, "add", DEADLINE, CallHeaders.NONE, new byte[0]);

    assertThat(LetterQuestionWire.isQuestion(received(CallWire.encode(Topics.CALL, call))))
        .isFalse();
  }

  @Test
  void unknownQuestionsAreRefused() {
    ProducerRecord<String, byte[]> other =
        new ProducerRecord<>("fob.call", 3, null, "{\"ask\":\"sing\"}".getBytes(UTF_8));
    other.headers().add(LetterQuestionWire.QUESTION, "dead-letters".getBytes(UTF_8));
    assertThatThrownBy(() -> LetterQuestionWire.decode(received(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown question 'sing'");
  }

  static Stream<LetterAnswer> answers() {
    return Stream.of(
        new LetterAnswer.Listed(17, List.of(PLACE, new LetterPlace(5, 3, 6)), false, 0),
        new LetterAnswer.Listed(0, List.of(), false, 0),
        new LetterAnswer.Found(PLACE),
        new LetterAnswer.Unknown(),
        new LetterAnswer.Done(),
        new LetterAnswer.NotNow(),
        new LetterAnswer.NotUnderstood());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anAnswerIsReadAsItWasWritten(LetterAnswer answer) {
    ConsumerRecord<String, byte[]> record = received(LetterAnswerWire.encode(ID, answer));

    assertThat(record.key()).isEqualTo(ID.value());
    assertThat(LetterAnswerWire.isAnswer(record)).isTrue();
    assertThat(LetterAnswerWire.decode(record)).isEqualTo(answer);
  }

  @Test
  void theReplyOfAnInvokerThatKnowsNoQuestionsMeansThat() {
    Response response =
        new Response(
            ID,
            "",
            1,
            Timing.NONE,
            Reply.failed(Failure.BAD_REQUEST, "the call names no function"));

    assertThat(LetterAnswerWire.decode(received(ResponseWire.encode("fob.response", response))))
        .isEqualTo(new LetterAnswer.NotUnderstood());
  }

  @Test
  void aPlaceIsReadAsItWasWrittenAndNothingElseIs() {
    assertThat(LetterPlace.parse(PLACE.toString())).contains(PLACE);
    for (String text : List.of("", "1", "1-2", "1-2-3-4", "a-2-3", "1-2-99999999999999999999")) {
      assertThat(LetterPlace.parse(text)).as(text).isEmpty();
    }
  }
}
