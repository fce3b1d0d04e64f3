package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.call.Reply;
import fob.service.Deadlines;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an instance answers, a call is sent once and ends in time with the right failure. */
class InvalidAnswerTest {

  private static final String NAMED = "Fob-Request-Id: <id>\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\n" + NAMED;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private FakeDriver driver;
  private InstanceClient client;

  @BeforeEach
  void start() throws IOException {
    driver = FakeDriver.overTcp();
    client = new InstanceClient(new Deadlines(), driver.instance(), 8);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    driver.close();
  }

  private RunOutcome run() {
    return client.run(Fixtures.json("{}"), Instant.now().plusSeconds(5), TIMEOUT);
  }

  private static Reply.Failed failed(RunOutcome outcome) {
    return outcome instanceof RunOutcome.Ended(Reply.Failed failed, _, _)
        ? failed
        : Reply.failed(Failure.NOT_FOUND, "not a failure: " + outcome);
  }

  private static String whole(String statusAndHeaders, String body) {
    return "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(statusAndHeaders, NAMED, body.length(), body);
  }

  private static Arguments row(String name, String answer, Failure failure) {
    return Arguments.argumentSet(name, answer, failure);
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        row("negative length", OK + "Content-Length: -5\r\n\r\n{}", Failure.UNREACHABLE),
        row("length that is no number", OK + "Content-Length: x\r\n\r\n{}", Failure.UNREACHABLE),
        row("length beyond the body", OK + "Content-Length: 50\r\n\r\n{}", Failure.TIMEOUT),
        row("enormous length", OK + "Content-Length: 9999999999999999\r\n\r\n{}", Failure.TIMEOUT),
        row("no HTTP", "HELLO\r\n\r\n", Failure.UNREACHABLE),
        row("bytes", "\u0000\u0001\u00ff\r\n\r\n", Failure.UNREACHABLE),
        row("no status", "HTTP/1.1\r\n\r\n", Failure.UNREACHABLE),
        row("status that is no number", "HTTP/1.1 abc X\r\n\r\n", Failure.UNREACHABLE),
        row("status 999", whole("999 X", "{}"), Failure.UNREACHABLE),
        row("no end of the status line", "HTTP/1.1 200 OK", Failure.TIMEOUT),
        row(
            "a header without a name",
            OK + ": x\r\nContent-Length: 2\r\n\r\n{}",
            Failure.UNREACHABLE),
        row(
            "a flood of headers",
            OK + "x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(20_000),
            Failure.UNREACHABLE),
        row("an endless header", OK + "x: " + "y".repeat(600_000), Failure.UNREACHABLE),
        row("a flood of 100", "HTTP/1.1 100 Continue\r\n\r\n".repeat(10_000), Failure.TIMEOUT),
        row("a flood of 103", "HTTP/1.1 103 X\r\n\r\n".repeat(10_000), Failure.TIMEOUT),
        row("101", "HTTP/1.1 101 X\r\n" + NAMED + "\r\n", Failure.UNREACHABLE),
        row("204", "HTTP/1.1 204 X\r\n" + NAMED + "\r\n", Failure.UNREACHABLE),
        row("204 with a body", whole("204 X", "{}"), Failure.UNREACHABLE),
        row("301", whole("301 X\r\nLocation: /run", ""), Failure.UNREACHABLE),
        row("302", whole("302 X\r\nLocation: /run", ""), Failure.UNREACHABLE),
        row("307", whole("307 X\r\nLocation: /run", ""), Failure.UNREACHABLE),
        row("308", whole("308 X\r\nLocation: /run", ""), Failure.UNREACHABLE),
        row("401", whole("401 X\r\nWWW-Authenticate: Basic realm=\"x\"", ""), Failure.UNREACHABLE),
        row(
            "407",
            whole("407 X\r\nProxy-Authenticate: Basic realm=\"x\"", ""),
            Failure.UNREACHABLE),
        row("408", whole("408 X", ""), Failure.UNREACHABLE),
        row(
            "408 that asks to try again",
            whole("408 X\r\nRetry-After: 0\r\nConnection: close", ""),
            Failure.UNREACHABLE),
        row("421", whole("421 X", ""), Failure.UNREACHABLE),
        row(
            "503 that asks to try again",
            whole("503 X\r\nRetry-After: 0", ""),
            Failure.UNREACHABLE),
        row(
            "a refusal after a run",
            whole("500 X", "{\"error\":{\"reason\":\"busy\"}}"),
            Failure.UNREACHABLE),
        row(
            "chunks that never end",
            OK + "Transfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(100),
            Failure.TIMEOUT),
        row("no chunks", OK + "Transfer-Encoding: chunked\r\n\r\nhello\r\n", Failure.UNREACHABLE),
        row(
            "no end of the length of a chunk",
            OK + "Transfer-Encoding: chunked\r\n\r\n5",
            Failure.TIMEOUT),
        row(
            "two lengths",
            OK + "Content-Length: 12\r\nContent-Length: 13\r\n\r\n{\"result\":1}",
            Failure.UNREACHABLE),
        row(
            "a chunk of negative length",
            OK + "Transfer-Encoding: chunked\r\n\r\n-5\r\n",
            Failure.UNREACHABLE),
        row(
            "a flood of chunks",
            OK
                + "Transfer-Encoding: chunked\r\n\r\n"
                + ("8000\r\n" + "x".repeat(0x8000) + "\r\n").repeat(40),
            Failure.TOO_LARGE),
        row(
            "gzip that is none",
            whole("200 X\r\nContent-Encoding: gzip", "{\"result\":1}"),
            Failure.UNREACHABLE),
        row("200 without JSON", whole("200 X", "hello"), Failure.UNREACHABLE),
        row("200 without anything", whole("200 X", ""), Failure.UNREACHABLE),
        row("200 without a result", whole("200 X", "{\"error\":1}"), Failure.UNREACHABLE),
        row("200 with half a result", whole("200 X", "{\"result\":[1"), Failure.UNREACHABLE),
        row(
            "200 with more than a result",
            whole("200 X", "{\"result\":1} x"),
            Failure.UNREACHABLE));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anInvalidAnswerEndsTheCallWhichIsSentOnce(String answer, Failure failure) {
    // Given
    driver.answerRaw(answer);
    driver.answer(200, "{\"result\":\"run twice\"}");
    long start = System.nanoTime();

    // When
    RunOutcome outcome = run();

    // Then
    assertThat(failed(outcome).failure()).as("%s", outcome).isEqualTo(failure);
    assertThat(failed(outcome).message()).isNotBlank().hasSizeLessThan(600).doesNotContain("\r");
    assertThat(driver.asked()).hasSize(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OK + "Content-",
        OK + "Content-Length: 12\r\n\r\n{\"result\":",
        OK + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"res",
        OK + "Transfer-Encoding: chunked\r\n\r\nc\r\n{\"result\":1}\r\n",
        ""
      })
  void anAnswerThatBreaksOffEndsTheCallAtOnce(String answer) {
    // Given
    driver.answerRawAndHangUp(answer);
    driver.answer(200, "{\"result\":\"run twice\"}");

    // When
    RunOutcome outcome = client.run(Fixtures.json("{}"), Instant.now(), Duration.ofSeconds(20));

    // Then
    assertThat(failed(outcome).failure()).as("%s", outcome).isEqualTo(Failure.UNREACHABLE);
    assertThat(outcome.health()).isEqualTo(InstanceHealth.FAILS);
    assertThat(driver.asked()).hasSize(1);
  }

  @Test
  void anAnswerThatComesSlowlyIsCutAtTheTimeout() {
    // Given
    driver.drip(OK + "Content-Length: 5000\r\n\r\n" + " ".repeat(5_000));
    long start = System.nanoTime();

    // When
    RunOutcome outcome = run();

    // Then
    assertThat(failed(outcome).failure()).isEqualTo(Failure.TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(driver.asked()).hasSize(1);
  }

  @Test
  void aChunkedAnswerWithExtensionsAndATrailerIsPassedOnAndItsConnectionIsUsedAgain() {
    // Given
    driver.answerRaw(
        OK
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "4;x=y\r\n{\"re\r\n8\r\nsult\":1}\r\n0\r\nX-Trailer: z\r\n\r\n");
    driver.answer(200, "{\"result\":2}");

    // When
    RunOutcome first = run();
    RunOutcome second = run();

    // Then
    assertThat(first.why()).as("%s", first).isEqualTo("the function answered");
    assertThat(second.health()).isEqualTo(InstanceHealth.SERVES);
    assertThat(driver.accepted()).isEqualTo(1);
  }

  @Test
  void bytesAfterAnAnswerAreNoAnswerToTheNextCall() {
    // Given
    driver.answerRaw(OK + "Content-Length: 12\r\n\r\n{\"result\":1} and more");
    driver.answer(200, "{\"result\":2}");
    driver.answer(200, "{\"result\":3}");

    // When
    RunOutcome first = run();
    RunOutcome second = run();
    RunOutcome third = run();

    // Then
    assertThat(first.health()).isEqualTo(InstanceHealth.SERVES);
    assertThat(second).isNotEqualTo(first);
    assertThat(third.health()).isEqualTo(InstanceHealth.SERVES);
    assertThat(driver.accepted()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 422, 429, 500, 503})
  void anAnswerForAnotherCallIsRefusedAndItsConnectionIsClosed(int status) {
    // Given
    driver.answerFor("another", status, "{\"result\":\"secret\"}");
    driver.answer(200, "{\"result\":1}");

    // When
    RunOutcome first = run();
    RunOutcome second = run();

    // Then
    assertThat(failed(first).failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(failed(first).message())
        .isEqualTo(
            "the instance answered for another call, so whether the call had its effect is not"
                + " known; the instance was reported, to be replaced");
    assertThat(first.health()).isEqualTo(InstanceHealth.ANSWERS_OTHERS);
    assertThat(second.health()).isEqualTo(InstanceHealth.SERVES);
    assertThat(driver.accepted()).isEqualTo(2);
  }

  @Test
  void anAnswerWithoutAnIdIsRefused() {
    // Given
    driver.answerRaw("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"result\":1}");

    // When
    RunOutcome outcome = run();

    // Then
    assertThat(failed(outcome).failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(outcome.health()).isEqualTo(InstanceHealth.ANSWERS_OTHERS);
  }

  @Test
  void theAnswerToACallThatIsNotJsonIsCheckedToo() {
    // Given
    driver.answer(200, "{\"result\":1}");

    // When
    RunOutcome outcome =
        client.run(
            Fixtures.call("image/png", new byte[] {1}), Instant.now().plusSeconds(5), TIMEOUT);

    // Then
    assertThat(outcome.health()).isEqualTo(InstanceHealth.SERVES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"result\":1}",
        " { \"result\" : {\"a\":1,\"a\":2} } \n",
        "{\"result\":null}",
        "{\"result\":\"\\ud800\"}"
      })
  void aResultIsPassedOnUnchanged(String body) {
    // Given
    driver.answer(200, body);

    // When
    RunOutcome outcome = run();

    // Then
    assertThat(outcome.why()).isEqualTo("the function answered");
  }

  @Test
  void aResultWithALongNumberAndDeepListsIsPassedOn() {
    // Given
    driver.answer(
        200,
        "{\"result\":[" + "9".repeat(5_000) + "," + "[".repeat(5_000) + "]".repeat(5_000) + "]}");

    // When
    RunOutcome outcome = run();

    // Then
    assertThat(outcome.why()).isEqualTo("the function answered");
  }

  @ParameterizedTest
  @MethodSource("tooLarge")
  void anErrorOverTheLimitKeepsItsFailure(int status, Failure failure) {
    // Given
    driver.answer(status, "{\"error\":{\"unexpected\":[\"" + "x".repeat(1_100_000) + "\"]}}");

    // When
    Reply.Failed failed = failed(run());

    // Then
    assertThat(failed.failure()).isEqualTo(failure);
    assertThat(failed.message()).contains("over the limit of 1048576 bytes");
  }

  static Stream<Arguments> tooLarge() {
    return Stream.of(
        Arguments.of(200, Failure.TOO_LARGE),
        Arguments.of(400, Failure.BAD_REQUEST),
        Arguments.of(422, Failure.BAD_PARAMETERS),
        Arguments.of(500, Failure.FUNCTION_ERROR));
  }
}
