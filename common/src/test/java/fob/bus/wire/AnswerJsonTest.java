package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerJsonTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"result\":2,\"log\":[\"a\",\"b\"]}                       | {\"result\":2}",
        "{\"log\":[\"a\",\"b\"],\"result\":2}                       | {\"result\":2}",
        "{ \"result\" : 2.50e3 , \"log\" : [ \"a\" , \"b\" ] }      | { \"result\" : 2.50e3 }",
        "{\"log\":[\"a\",\"b\"] , \"result\" :\"x\" }               | { \"result\" :\"x\" }",
        "{\"result\":{\"log\":[\",{\"]},\"log\":[\"a\\nb\"]}        | {\"result\":{\"log\":[\",{\"]}}",
        "{\"result\":[1,\"},\\\"log\\\":\"],\"log\":[\"a\",\"b\"]}  | {\"result\":[1,\"},\\\"log\\\":\"]}",
        "{\"result\":12345678901234567890123,\"log\":[\"a\",\"b\"]} | {\"result\":12345678901234567890123}",
        "{\"result\":\"grüße\",\"log\":[\"a\",\"b\"]}               | {\"result\":\"grüße\"}",
        "{\"result\":\"\",\"log\":[\"a\",\"b\"]}                    | {\"result\":\"\"}",
      })
  void logIsTakenOutAndTheResultKeepsItsBytes(String answer, String body) {
    // When
    AnswerJson.Parts parts = AnswerJson.parts(answer.getBytes(UTF_8)).orElseThrow();

    // Then
    assertThat(new String(parts.body(), UTF_8)).isEqualTo(body);
    assertThat(parts.log()).isEqualTo(List.of("a", "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"result\":2}", "{\"result\":2,\"log\":[]}"})
  void answerMayHaveNoLines(String answer) {
    AnswerJson.Parts parts = AnswerJson.parts(answer.getBytes(UTF_8)).orElseThrow();
    assertThat(new String(parts.body(), UTF_8)).isEqualTo("{\"result\":2}");
    assertThat(parts.log()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"log\":[]}",
        "{\"result\":2,\"log\":[1]}",
        "{\"result\":2,\"log\":\"a\"}",
        "{\"result\":2,\"log\":[\"a\"}",
        "{\"result\":2,\"result\":3}",
        "{\"result\":2,\"log\":[],\"log\":[]}",
        "{\"result\":2,\"more\":3}",
        "{\"result\":2,\"log\":[]} x",
        "{\"result\":2,\"log\":[]",
        "{\"result\":2 \"log\":[]}"
      })
  void answerOfAnotherFormIsRefused(String answer) {
    assertThat(AnswerJson.parts(answer.getBytes(UTF_8))).isEmpty();
  }
}
