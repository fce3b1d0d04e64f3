package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.call.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriverAnswerTest {

  private static RunOutcome outcome(int status, String body) {
    return DriverAnswer.of(status, body.getBytes(UTF_8), false);
  }

  private static Reply.Failed failed(RunOutcome outcome) {
    return outcome instanceof RunOutcome.Ended(Reply.Failed failed, _, _)
        ? failed
        : Reply.failed(Failure.NOT_FOUND, "not a failure: " + outcome);
  }

  @ParameterizedTest
  @CsvSource({"429,busy", "503,draining", "503,starting", "503,not-initialized"})
  void aRefusalMeansThatTheCallWasNotStarted(int status, String reason) {
    assertThat(outcome(status, "{\"error\":{\"reason\":\"" + reason + "\",\"message\":\"wait\"}}"))
        .isEqualTo(new RunOutcome.NotStarted("wait", InstanceHealth.REFUSES));
  }

  @ParameterizedTest
  @CsvSource({
    "422,bad-parameters,BAD_PARAMETERS",
    "400,bad-request,BAD_REQUEST",
    "413,bad-request,BAD_REQUEST",
    "503,failed,NOT_READY",
    "500,exception,FUNCTION_ERROR",
    "500,result-not-json,FUNCTION_ERROR",
    "500,result-too-large,TOO_LARGE",
    "500,driver-error,UNREACHABLE"
  })
  void eachReasonOfTheContractHasItsFailure(int status, String reason, Failure failure) {
    // When
    RunOutcome outcome =
        outcome(
            status,
            "{\"error\":{\"reason\":\"%s\",\"message\":\"why\",\"stack\":[\"l\"]}}"
                .formatted(reason));

    // Then
    assertThat(failed(outcome).failure()).isEqualTo(failure);
    assertThat(failed(outcome).message()).isEqualTo("why");
    assertThat(failed(outcome).error())
        .hasToString("{\"reason\":\"%s\",\"stack\":[\"l\"]}".formatted(reason));
  }

  @Test
  void anExceptionIsReportedWithItsType() {
    // Given
    String body =
        "{\"error\":{\"reason\":\"exception\",\"type\":\"KeyError\",\"message\":\"'a'\"}}";

    // When
    Reply.Failed failed = failed(outcome(500, body));

    // Then
    assertThat(failed.message()).isEqualTo("KeyError: 'a'");
    assertThat(failed.error()).hasToString("{\"reason\":\"exception\",\"type\":\"KeyError\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bad Gateway",
        "{}",
        "[]",
        "null",
        "{\"error\":\"text\"}",
        "{\"error\":{}}",
        "{\"error\":{\"reason\":\"novel\",\"message\":\"m\"}}",
        "{\"error\":{\"reason\":[\"busy\"]}}"
      })
  void anAnswerThatIsNotADriversLeavesOpenWhetherTheCallRan(String body) {
    assertThat(failed(outcome(502, body)))
        .isEqualTo(
            Reply.failed(
                Failure.UNREACHABLE,
                "the instance answered status 502 in a form that is not a driver's, so whether the"
                    + " call had its effect is not known; the function's status and log may say"
                    + " more"));
  }

  @Test
  void aMissingMessageIsEmpty() {
    assertThat(outcome(429, "{\"error\":{\"reason\":\"busy\"}}"))
        .isEqualTo(new RunOutcome.NotStarted("", InstanceHealth.REFUSES));
  }

  @Test
  void theLogOfTheCallIsNoPartOfItsReply() {
    // When
    RunOutcome ok =
        DriverAnswer.of(200, "{\"result\":2,\"log\":[\"a\",\"b\"]}".getBytes(UTF_8), true);
    RunOutcome failed =
        outcome(
            500, "{\"error\":{\"reason\":\"exception\",\"message\":\"why\"},\"log\":[\"a\\nb\"]}");

    // Then
    assertThat(ok)
        .isInstanceOfSatisfying(
            RunOutcome.Ended.class,
            ended -> {
              assertThat(((Reply.Answered) ended.reply()).body())
                  .asString(UTF_8)
                  .isEqualTo("{\"result\":2}");
              assertThat(ended.log()).containsExactly("a", "b");
            });
    assertThat(failed)
        .isInstanceOfSatisfying(
            RunOutcome.Ended.class, ended -> assertThat(ended.log()).containsExactly("a", "b"));
    assertThat(failed(failed).error()).hasToString("{\"reason\":\"exception\"}");
  }

  @Test
  void aLogThatWasNotAskedForIsNotADriversAnswer() {
    assertThat(failed(outcome(200, "{\"result\":2,\"log\":[]}")).failure())
        .isEqualTo(Failure.UNREACHABLE);
  }
}
