package fob.gateway.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.gateway.http.Problem;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import java.nio.charset.Charset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {

  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{%s}}";

  private static Message read(String json) {
    return Message.read(json.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ \"a\" : [1, {\"b\": \"}\"}] }",
        "{\"ü\":0.1000000000000000000001,\"n\":12345678901234567890}",
      })
  void argumentsStayAsTheyAre(String arguments) {
    // When
    Message message =
        read(
            CALL.formatted(
                "\"_meta\":{\"ä\":1},\"arguments\" : %s , \"name\":\"x\"".formatted(arguments)));

    // Then
    assertThat(new String(message.arguments(), UTF_8)).isEqualTo(arguments);
    assertThat(message.envelope()).isInstanceOf(JSONRPCRequest.class);
    assertThat(((JSONRPCRequest) message.envelope()).params())
        .isEqualTo(Map.of("_meta", Map.of("ä", 1), "arguments", Map.of(), "name", "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32"})
  void otherEncodingsAreRefused(String charset) {
    // Given
    byte[] call =
        CALL.formatted("\"name\":\"x\",\"arguments\":{}").getBytes(Charset.forName(charset));

    // Then
    assertThatThrownBy(() -> Message.read(call))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("expected JSON in UTF-8");
  }

  @Test
  void onlyTheArgumentsOfTheParametersCount() {
    // When
    Message message = read(CALL.formatted("\"name\":\"x\",\"_meta\":{\"arguments\":{\"a\":1}}"));

    // Then
    assertThat(new String(message.arguments(), UTF_8)).isEqualTo("{}");
  }

  @Test
  void aMessageWithoutAnIdIsANotification() {
    assertThat(read("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}").envelope())
        .isInstanceOf(JSONRPCNotification.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "{}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"arguments\":[1]}}",
      })
  void whatIsNoMessageIsRefused(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(400))
        .hasMessageContaining("the body is not one message of JSON-RPC 2.0");
  }

  @Test
  void aMessageIsSmallButItsArgumentsNeedNotBe() {
    // Given
    String large = "x".repeat(65 * 1024);

    // Then
    assertThat(
            read(CALL.formatted("\"name\":\"x\",\"arguments\":{\"a\":\"%s\"}".formatted(large)))
                .arguments())
        .hasSizeGreaterThan(65 * 1024);
    assertThatThrownBy(() -> read(CALL.formatted("\"name\":\"%s\"".formatted(large))))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(413));
  }
}
