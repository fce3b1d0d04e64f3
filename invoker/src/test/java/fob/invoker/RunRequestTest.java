package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Json;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.ProtocolException;
import org.junit.jupiter.api.Test;

class RunRequestTest {

  private static final Instant DEADLINE = Instant.ofEpochMilli(1_767_225_630_000L);

  private static HttpEntity body(Call call) {
    return Objects.requireNonNull(RunRequest.of(call, DEADLINE).getEntity());
  }

  private static String text(HttpEntity body) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    body.writeTo(written);
    return written.toString(UTF_8);
  }

  private static String text(Call call) throws IOException {
    return text(body(call));
  }

  private static String header(Call call, String name) throws ProtocolException {
    return RunRequest.of(call, DEADLINE).getHeader(name).getValue();
  }

  @Test
  void theLengthIsKnownBeforeTheBytesAreSent() throws Exception {
    // Given
    Call call = Fixtures.json("{\"a\":\"\u00fc\"}");

    // When
    int bytes = text(call).getBytes(UTF_8).length;

    // Then
    assertThat(body(call).getContentLength()).isEqualTo(bytes);
    assertThat(header(call, "Content-Length")).isEqualTo(Integer.toString(bytes));
  }

  @Test
  void theHeaderHasTheIdForEachKindOfBody() throws Exception {
    // Given
    Call call = Fixtures.json("{}");

    // Then
    assertThat(header(call, "Fob-Request-Id")).isEqualTo(call.id().value());
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
    HttpEntity body = body(Fixtures.json("{\"a\":1}"));

    // Then
    assertThat(text(body)).isNotEmpty().isEqualTo(text(body));
  }

  @Test
  void theLogIsAskedForInTheBodyOrInAHeader() throws Exception {
    // Given
    Call json = Fixtures.json("{}").withLogBytes(4_096);
    Call raw = Fixtures.call("text/plain", new byte[] {1}).withLogBytes(4_096);

    // When / Then
    assertThat(Json.parse(text(json).getBytes(UTF_8)).path("log_bytes").asInt()).isEqualTo(4_096);
    assertThat(header(raw, "Fob-Log-Bytes")).isEqualTo("4096");
    assertThat(text(Fixtures.json("{}"))).doesNotContain("log_bytes");
  }
}
