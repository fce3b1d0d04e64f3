package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Json;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import org.junit.jupiter.api.Test;

class RunRequestTest {

  private static final Instant DEADLINE = Instant.ofEpochMilli(1_767_225_630_000L);

  private static RequestBody body(Call call) {
    Request request = RunRequest.of(call, DEADLINE).url("http://127.0.0.1/run").build();
    return Objects.requireNonNull(request.body());
  }

  private static String text(Call call) throws IOException {
    Buffer buffer = new Buffer();
    body(call).writeTo(buffer);
    return buffer.readUtf8();
  }

  @Test
  void theLengthIsKnownBeforeTheBytesAreSent() throws IOException {
    // Given
    Call call = Fixtures.json("{\"a\":\"\u00fc\"}");
    Buffer buffer = new Buffer();

    // When
    body(call).writeTo(buffer);

    // Then
    assertThat(body(call).contentLength()).isEqualTo(buffer.size());
  }

  @Test
  void theHeaderHasTheIdForEachKindOfBody() {
    // Given
    Call call = Fixtures.json("{}");

    // When
    Request request = RunRequest.of(call, DEADLINE).url("http://127.0.0.1/run").build();

    // Then
    assertThat(request.header("Fob-Request-Id")).isEqualTo(call.id().value());
  }

  @Test
  void aCallWithoutPayloadHasNoParameters() throws IOException {
    assertThat(text(Fixtures.json(""))).startsWith("{\"value\":{},\"request_id\":");
  }

  @Test
  void theEnvelopeIsJsonWhateverTheRequestIdIs() throws IOException {
    // Given
    Call call =
        new Call(new RequestId("\"\\}"), "add", Instant.EPOCH, CallHeaders.NONE, new byte[0]);

    // When
    String text = text(call);

    // Then
    assertThat(Json.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .hasToString("{\"value\":{},\"request_id\":\"\\\"\\\\}\",\"deadline\":1767225630000}");
  }

  @Test
  void theBodyCanBeWrittenTwice() throws IOException {
    // Given
    RequestBody body = body(Fixtures.json("{\"a\":1}"));
    Buffer first = new Buffer();
    Buffer second = new Buffer();

    // When
    body.writeTo(first);
    body.writeTo(second);

    // Then
    assertThat(first.readUtf8()).isEqualTo(second.readUtf8());
  }

  @Test
  void theLogIsAskedForInTheBodyOrInAHeader() throws IOException {
    // Given
    Call json = Fixtures.json("{}").withLogBytes(4_096);
    Call raw = Fixtures.call("text/plain", new byte[] {1}).withLogBytes(4_096);

    // When / Then
    assertThat(Json.parse(text(json).getBytes(UTF_8)).path("log_bytes").asInt()).isEqualTo(4_096);
    assertThat(
            RunRequest.of(raw, DEADLINE)
                .url("http://127.0.0.1/run")
                .build()
                .header("Fob-Log-Bytes"))
        .isEqualTo("4096");
    assertThat(text(Fixtures.json("{}"))).doesNotContain("log_bytes");
  }
}
