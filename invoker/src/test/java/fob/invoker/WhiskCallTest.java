package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.call.Call;
import fob.function.Instance;
import fob.function.Protocol;
import fob.service.Deadlines;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of an instance that speaks the protocol of OpenWhisk. */
class WhiskCallTest {

  private static final Instant DEADLINE = Instant.ofEpochMilli(1_767_225_630_000L);

  private final MockWebServer runtime = new MockWebServer();
  private InstanceClient client;

  @BeforeEach
  void start() throws IOException {
    runtime.start();
    URI address = URI.create("http://127.0.0.1:" + runtime.getPort());
    Instance instance = new Instance("1", address, Protocol.OPENWHISK);
    client = new InstanceClient(new Deadlines(), instance, 1);
  }

  @AfterEach
  void stop() {
    client.close();
    runtime.close();
  }

  private RunOutcome run(Call call, Duration timeout) {
    return client.run(call, DEADLINE, timeout);
  }

  private RecordedRequest asked(Call call) throws InterruptedException {
    runtime.enqueue(new MockResponse.Builder().body("{\"a\":1}").build());
    assertThat(run(call, Duration.ofSeconds(5)).health()).isEqualTo(InstanceHealth.SERVES);
    return runtime.takeRequest();
  }

  private static JsonNode body(RecordedRequest request) {
    return Json.parse(Objects.requireNonNull(request.getBody()).toByteArray());
  }

  @Test
  void parametersComeInValueBesideTheContextWhichIsAllText() throws Exception {
    // When
    RecordedRequest request = asked(Fixtures.json("{\"a\":1}"));

    // Then
    assertThat(request.getUrl().encodedPath()).isEqualTo("/run");
    assertThat(body(request))
        .hasToString(
            "{\"value\":{\"a\":1},\"activation_id\":\"request-1\",\"transaction_id\":\"request-1\",\"namespace\":\"fob\",\"action_name\":\"/fob/"
                + Fixtures.ID
                + "\",\"deadline\":\"1767225630000\",\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}");
  }

  @Test
  void callWithoutParametersHasAnEmptyValue() throws Exception {
    assertThat(body(asked(Fixtures.json(""))).path("value")).hasToString("{}");
  }

  @Test
  void bytesComeAsBase64() throws Exception {
    // When
    RecordedRequest request = asked(Fixtures.call("image/png", "hello".getBytes(UTF_8)));

    // Then
    assertThat(body(request).path("value"))
        .hasToString("{\"body\":\"aGVsbG8=\",\"content_type\":\"image/png\"}");
  }

  @Test
  void eachCallHasAConnectionOfItsOwn() throws Exception {
    // When
    RecordedRequest first = asked(Fixtures.json("{}"));
    RecordedRequest second = asked(Fixtures.json("{}"));

    // Then
    assertThat(first.getConnectionIndex()).isNotEqualTo(second.getConnectionIndex());
    assertThat(first.getHeaders().get("Connection")).isEqualTo("close");
  }

  @Test
  void instanceThatDoesNotAnswerInTimeIsToBeReplaced() {
    // Given
    runtime.enqueue(
        new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());

    // When
    RunOutcome outcome = run(Fixtures.json("{}"), Duration.ofMillis(200));

    // Then
    assertThat(outcome.health()).isEqualTo(InstanceHealth.STUCK);
    assertThat(outcome.why()).contains("did not return within its timeout of 200ms");
  }
}
