package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.call.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of OpenWhisk's runtimes; {@link WhiskCallTest} sends requests. */
class WhiskDialectTest {

  private static RunOutcome outcome(int status, String body) {
    return new WhiskDialect().outcome(status, body.getBytes(UTF_8), false);
  }

  private static Reply reply(int status, String body) {
    return ((RunOutcome.Ended) outcome(status, body)).reply();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\":[1,{\"error\":2}]}", "[1,\"error\"]", " {\"error\":null}"})
  void bareResultsBecomeResultsOfFob(String body) {
    Reply reply = reply(200, body);
    assertThat(reply).isInstanceOf(Reply.Answered.class);
    assertThat(new String(((Reply.Answered) reply).body(), UTF_8))
        .isEqualTo("{\"result\":" + body + "}");
  }

  @ParameterizedTest
  @CsvSource({"200", "400", "502", "500"})
  void errorsAreFailuresOfTheFunctionWhateverTheStatus(int status) {
    Reply.Failed failed = (Reply.Failed) reply(status, "{\"error\":\"it broke\"}");
    assertThat(failed.failure()).isEqualTo(Failure.FUNCTION_ERROR);
    assertThat(failed.message()).isEqualTo("it broke");
    assertThat(outcome(status, "{\"error\":{\"code\":1}}").why()).isEqualTo("{\"code\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|5",
        "200|\"text\"",
        "200|",
        "200|{",
        "200|{},\"x\":{}",
        "200|{}}",
        "502|",
        "502|<html>",
        "404|{}"
      })
  void otherAnswersAreNotBelieved(int status, String body) {
    RunOutcome outcome = outcome(status, body == null ? "" : body);
    assertThat(outcome.health()).isEqualTo(InstanceHealth.FAILS);
    assertThat(((Reply.Failed) ((RunOutcome.Ended) outcome).reply()).failure())
        .isEqualTo(Failure.UNREACHABLE);
  }

  @Test
  void callThatTheRuntimeRefusesIsTriedAgain() {
    RunOutcome outcome = outcome(403, "{\"error\":\"System not ready, status is running.\"}");
    assertThat(outcome).isInstanceOf(RunOutcome.NotStarted.class);
    assertThat(outcome.health()).isEqualTo(InstanceHealth.REFUSES);
    assertThat(outcome.why()).contains("status is running");
  }

  @Test
  void resultOverTheLimitIsTooLarge() {
    Reply.Failed failed = (Reply.Failed) reply(200, "[\"" + "x".repeat(1024 * 1024) + "\"]");
    assertThat(failed.failure()).isEqualTo(Failure.TOO_LARGE);
  }

  @Test
  void instanceThatIsLateIsReplacedAtOnce() {
    assertThat(new WhiskDialect().afterTimeout().isReportedAtOnce()).isTrue();
    assertThat(new DriverDialect().afterTimeout().isReportedAtOnce()).isFalse();
  }
}
