package fob.invoker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.Topics;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.function.Instance;
import fob.service.Deadlines;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceClientTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Instant DEADLINE = Instant.ofEpochMilli(1_767_225_630_000L);

  private final Deadlines deadlines = new Deadlines();
  private final MockWebServer driver = new MockWebServer();
  private InstanceClient client;

  @BeforeEach
  void start() throws IOException {
    driver.start();
    client = client(new Instance("1", URI.create("http://127.0.0.1:" + driver.getPort())));
  }

  @AfterEach
  void stop() {
    client.close();
    driver.close();
  }

  private InstanceClient client(Instance instance) {
    return new InstanceClient(deadlines, instance, 8);
  }

  private RunOutcome run(Call call) {
    return client.run(call, DEADLINE, TIMEOUT);
  }

  private RecordedRequest asked() throws InterruptedException {
    return driver.takeRequest();
  }

  private void answer(int status, String body) {
    driver.enqueue(
        new MockResponse.Builder()
            .code(status)
            .addHeader("Fob-Request-Id", Fixtures.REQUEST.value())
            .body(body)
            .build());
  }

  private static Reply reply(RunOutcome outcome) {
    return switch (outcome) {
      case RunOutcome.Ended(Reply reply, _, _) -> reply;
      case RunOutcome.NotStarted notStarted -> throw new AssertionError(notStarted);
    };
  }

  private static Reply.Failed failed(RunOutcome outcome) {
    return switch (reply(outcome)) {
      case Reply.Failed failed -> failed;
      case Reply.Answered answered -> throw new AssertionError(answered);
    };
  }

  private static String why(RunOutcome outcome) {
    return switch (outcome) {
      case RunOutcome.NotStarted(String why, _) -> why;
      case RunOutcome.Ended over -> throw new AssertionError(over);
    };
  }

  private static String body(RunOutcome outcome) {
    return switch (reply(outcome)) {
      case Reply.Answered(byte[] body) -> new String(body, UTF_8);
      case Reply.Failed failed -> throw new AssertionError(failed);
    };
  }

  @Test
  void theResultIsPassedOnByteForByte() {
    // Given
    answer(200, "{\"result\": 2.50 }\n");

    // When
    RunOutcome outcome = run(Fixtures.json("{}"));

    // Then
    assertThat(body(outcome)).isEqualTo("{\"result\": 2.50 }\n");
  }

  @Test
  void theCallIsPostedInItsEnvelope() throws Exception {
    // Given
    answer(200, "{\"result\":1}");

    // When
    run(Fixtures.json("{\"a\":1}"));

    // Then
    RecordedRequest request = asked();
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getUrl().encodedPath()).isEqualTo("/run");
    assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
    assertThat(Objects.requireNonNull(request.getBody()).utf8())
        .isEqualTo(
            "{\"value\":{\"a\":1},\"request_id\":\"request-1\",\"deadline\":1767225630000,"
                + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}");
  }

  @Test
  void otherContentIsSentUnchangedWithTheCallsHeaders() throws Exception {
    // Given
    answer(200, "{\"result\":1}");

    // When
    run(Fixtures.call("image/png", new byte[] {(byte) 0x89, 'P', 0}));

    // Then
    RecordedRequest request = asked();
    assertThat(Objects.requireNonNull(request.getBody()).toByteArray())
        .containsExactly(0x89, 'P', 0);
    assertThat(request.getHeaders().get("Content-Type")).isEqualTo("image/png");
    assertThat(request.getHeaders().get("Fob-Request-Id")).isEqualTo("request-1");
    assertThat(request.getHeaders().get("Fob-Deadline")).isEqualTo("1767225630000");
    assertThat(request.getHeaders().get("traceparent"))
        .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  @Test
  void anInvalidContentTypeIsSentAsBytes() throws Exception {
    // Given
    answer(200, "{\"result\":1}");

    // When
    RunOutcome outcome = run(Fixtures.call("gr\u00fcn", "x".getBytes(UTF_8)));

    // Then
    assertThat(body(outcome)).isEqualTo("{\"result\":1}");
    assertThat(asked().getHeaders().get("Content-Type")).isEqualTo("application/octet-stream");
  }

  @Test
  void callsAfterEachOtherUseOneConnection() {
    // Given
    answer(200, "{\"result\":1}");
    answer(500, "{\"error\":{\"reason\":\"exception\",\"message\":\"no\"}}");
    answer(200, "{\"result\":3}");

    // When
    run(Fixtures.json("{}"));
    run(Fixtures.json("{}"));
    run(Fixtures.json("{}"));

    // Then
    assertThat(driver.getRequestCount()).isEqualTo(3);
    assertThat(connectionsUsed()).isEqualTo(1);
  }

  private long connectionsUsed() {
    return java.util.stream.IntStream.range(0, driver.getRequestCount())
        .mapToObj(_ -> takeRequest())
        .mapToInt(RecordedRequest::getConnectionIndex)
        .distinct()
        .count();
  }

  private RecordedRequest takeRequest() {
    try {
      return driver.takeRequest();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theDriversErrorIsPassedOn() {
    // Given
    answer(
        500,
        "{\"error\":{\"reason\":\"exception\",\"message\":\"division by zero\","
            + "\"type\":\"ZeroDivisionError\"}}");

    // When
    Reply.Failed failed = failed(run(Fixtures.json("{}")));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.FUNCTION_ERROR);
    assertThat(failed.message()).isEqualTo("ZeroDivisionError: division by zero");
    assertThat(failed.error())
        .hasToString("{\"reason\":\"exception\",\"type\":\"ZeroDivisionError\"}");
  }

  @Test
  void aFunctionThatDoesNotReturnInTimeHasTimedOut() {
    // Given
    driver.enqueue(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());

    // When
    RunOutcome outcome = client.run(Fixtures.json("{}"), DEADLINE, Duration.ofMillis(100));

    // Then
    assertThat(failed(outcome))
        .isEqualTo(
            Reply.failed(
                Failure.TIMEOUT, "the function did not return within its timeout of 100ms"));
  }

  @Test
  void aRefusedConnectionMeansThatTheCallWasNotStarted() throws Exception {
    // Given
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    InstanceClient nobody = client(new Instance("2", URI.create("http://127.0.0.1:" + free)));

    // When
    RunOutcome outcome = nobody.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

    // Then
    assertThat(why(outcome)).startsWith("the instance cannot be reached: ");
  }

  @Test
  void aConnectionThatEndsAfterTheRequestLeavesOpenWhetherTheCallRan() {
    // Given
    driver.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());

    // When
    Reply.Failed failed = failed(run(Fixtures.json("{}")));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.UNREACHABLE);
    assertThat(failed.message()).contains("whether the call had its effect is not known");
    assertThat(driver.getRequestCount()).as("no second try").isEqualTo(1);
  }

  @Test
  void aConnectionThatEndsDuringItsSecondCallDoesNotRepeatTheCall() throws IOException {
    // Given
    try (FakeDriver plain = FakeDriver.overTcp()) {
      plain.answer(200, "{\"result\":1}");
      plain.hangUp();
      plain.answer(200, "{\"result\":\"run twice\"}");
      InstanceClient client = client(plain.instance());
      client.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

      // When
      RunOutcome second = client.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

      // Then
      assertThat(failed(second).failure()).isEqualTo(Failure.UNREACHABLE);
      assertThat(plain.asked()).hasSize(2);
      client.close();
    }
  }

  @Test
  void aConnectionThatTheDriverHasClosedIsNotUsedAgain() throws IOException {
    // Given
    try (FakeDriver plain = FakeDriver.overTcp()) {
      plain.answer(200, "{\"result\":1}");
      plain.answer(200, "{\"result\":2}");
      InstanceClient client = client(plain.instance());
      client.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);
      plain.closeConnections();

      // When
      RunOutcome second = client.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

      // Then
      assertThat(body(second)).isEqualTo("{\"result\":2}");
      assertThat(plain.accepted()).isEqualTo(2);
      client.close();
    }
  }

  @Test
  void aDriverThatHasEndedSinceTheLastCallDidNotStartTheNextOne(@TempDir Path folder)
      throws IOException {
    // Given
    FakeDriver unix = FakeDriver.overUnixSocket(folder.resolve("s"));
    unix.answer(200, "{\"result\":1}");
    InstanceClient client = client(unix.instance());
    client.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

    // When
    unix.close();
    RunOutcome second = client.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

    // Then
    assertThat(why(second)).startsWith("the instance cannot be reached: ");
  }

  @Test
  void anAnswerBeforeTheWholeRequestIsReceivedCounts(@TempDir Path folder) throws IOException {
    // Given
    try (FakeDriver unix = FakeDriver.overUnixSocket(folder.resolve("s"))) {
      String body = "{\"error\":{\"reason\":\"busy\",\"message\":\"too many connections\"}}";
      unix.refuseConnections(
          "HTTP/1.1 429 X\r\nFob-Request-Id: %s\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(Fixtures.REQUEST, body.length(), body));
      Call large = Fixtures.json("{\"a\":\"" + "p".repeat(1_000_000) + "\"}");

      // When
      RunOutcome outcome = client(unix.instance()).run(large, DEADLINE, TIMEOUT);

      // Then
      assertThat(why(outcome)).isEqualTo("too many connections");
      assertThat(outcome.health()).isEqualTo(InstanceHealth.REFUSES);
    }
  }

  @Test
  void noMoreIdleConnectionsAreKeptThanTheInstanceTakesCalls() throws Exception {
    // Given
    try (FakeDriver plain = FakeDriver.overTcp()) {
      InstanceClient two = new InstanceClient(deadlines, plain.instance(), 2);
      List<FutureTask<RunOutcome>> calls =
          Stream.generate(
                  () -> new FutureTask<>(() -> two.run(Fixtures.json("{}"), DEADLINE, TIMEOUT)))
              .limit(5)
              .toList();
      calls.forEach(Thread::startVirtualThread);
      await().until(() -> plain.asked().size() == 5);

      // When
      calls.forEach(_ -> plain.answer(200, "{\"result\":1}"));

      // Then
      for (FutureTask<RunOutcome> call : calls) {
        assertThat(body(call.get(10, TimeUnit.SECONDS))).isEqualTo("{\"result\":1}");
      }
      await().until(() -> plain.openConnections() == 2);

      // When
      two.close();

      // Then
      await().until(() -> plain.openConnections() == 0);
    }
  }

  @Test
  void aCallThatRunsWhenTheInstanceIsGivenUpEndsAndItsConnectionIsClosed() throws Exception {
    // Given
    try (FakeDriver plain = FakeDriver.overTcp()) {
      InstanceClient given = client(plain.instance());
      FutureTask<RunOutcome> call =
          new FutureTask<>(() -> given.run(Fixtures.json("{}"), DEADLINE, TIMEOUT));
      Thread.startVirtualThread(call);
      await().until(() -> plain.asked().size() == 1);

      // When
      given.close();
      plain.answer(200, "{\"result\":1}");

      // Then
      assertThat(body(call.get(10, TimeUnit.SECONDS))).isEqualTo("{\"result\":1}");
      await().until(() -> plain.openConnections() == 0);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsUnusable() {
    // Given
    driver.enqueue(
        new MockResponse.Builder()
            .addHeader("Fob-Request-Id", Fixtures.REQUEST.value())
            .body("{\"result\":\"" + "x".repeat(10_000))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());

    // When
    Reply.Failed failed = failed(run(Fixtures.json("{}")));

    // Then
    assertThat(failed.failure()).isEqualTo(Failure.UNREACHABLE);
  }

  @Test
  void theLargestResultIsPassedOn() {
    // Given
    answer(200, "{\"result\":\"" + "x".repeat(Topics.MAX_VALUE_BYTES - 13) + "\"}");

    // Then
    assertThat(body(run(Fixtures.json("{}")))).hasSize(Topics.MAX_VALUE_BYTES);
  }

  @Test
  void aResultOverTheLimitIsRefused() {
    // Given
    answer(200, "x".repeat(Topics.MAX_VALUE_BYTES + 1));

    // Then
    assertThat(failed(run(Fixtures.json("{}"))))
        .isEqualTo(
            Reply.failed(Failure.TOO_LARGE, "the result is over the limit of 1048576 bytes"));
  }

  @Test
  void anInstanceBehindAUnixSocketIsCalledOverOneConnection(@TempDir Path folder)
      throws IOException {
    // Given
    try (FakeDriver unix = FakeDriver.overUnixSocket(folder.resolve("s"))) {
      unix.answer(200, "{\"result\":1}");
      unix.answer(200, "{\"result\":\"\u00fc\"}");
      InstanceClient client = client(unix.instance());

      // When
      client.run(Fixtures.json("{\"a\":\"\u00e4\"}"), DEADLINE, TIMEOUT);
      RunOutcome second = client.run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

      // Then
      assertThat(body(second)).isEqualTo("{\"result\":\"\u00fc\"}");
      assertThat(unix.accepted()).isEqualTo(1);
      assertThat(unix.asked().getFirst().head()).startsWith("POST /run HTTP/1.1\r\n");
      assertThat(unix.asked().getFirst().body()).startsWith("{\"value\":{\"a\":\"\u00e4\"},");
      client.close();
    }
  }

  @Test
  void aLargeCallAndResultPassThroughAUnixSocket(@TempDir Path folder) throws IOException {
    // Given
    String payload = "{\"a\":\"" + "p".repeat(900_000) + "\"}";
    try (FakeDriver unix = FakeDriver.overUnixSocket(folder.resolve("s"))) {
      unix.answer(200, "{\"result\":\"" + "r".repeat(1_000_000) + "\"}");

      // When
      RunOutcome outcome = client(unix.instance()).run(Fixtures.json(payload), DEADLINE, TIMEOUT);

      // Then
      assertThat(body(outcome)).hasSize(1_000_013);
      assertThat(unix.asked().getFirst().body()).contains(payload);
    }
  }

  @Test
  void anInstanceBehindAUnixSocketThatEndsLeavesOpenWhetherTheCallRan(@TempDir Path folder)
      throws IOException {
    // Given
    try (FakeDriver unix = FakeDriver.overUnixSocket(folder.resolve("s"))) {
      unix.hangUp();

      // When
      RunOutcome outcome = client(unix.instance()).run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

      // Then
      assertThat(failed(outcome).failure()).isEqualTo(Failure.UNREACHABLE);
    }
  }

  @Test
  void aFunctionBehindAUnixSocketThatDoesNotReturnHasTimedOut(@TempDir Path folder)
      throws IOException {
    // Given
    try (FakeDriver unix = FakeDriver.overUnixSocket(folder.resolve("s"))) {

      // When
      RunOutcome outcome =
          client(unix.instance()).run(Fixtures.json("{}"), DEADLINE, Duration.ofMillis(100));

      // Then
      assertThat(failed(outcome).failure()).isEqualTo(Failure.TIMEOUT);
    }
  }

  @Test
  void aMissingUnixSocketMeansThatTheCallWasNotStarted(@TempDir Path folder) {
    // Given
    Instance gone = new Instance("3", URI.create("unix:" + folder.resolve("gone")));

    // When
    RunOutcome outcome = client(gone).run(Fixtures.json("{}"), DEADLINE, TIMEOUT);

    // Then
    assertThat(why(outcome)).startsWith("the instance cannot be reached: ");
  }

  @Test
  void aJsonPayloadIsSentUnchanged() throws Exception {
    // Given
    answer(200, "{\"result\":1}");
    byte[] payload = "{ \"a\" : 1.0e2 }".getBytes(ISO_8859_1);

    // When
    run(Fixtures.call("application/json; charset=utf-8", payload));

    // Then
    assertThat(Objects.requireNonNull(asked().getBody()).utf8())
        .startsWith("{\"value\":{ \"a\" : 1.0e2 },");
  }
}
