package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", " {} ", "{\"a\":1}", "{\"a\":{\"b\":[1,{}]},\"c\":\"\"}\n"})
  void anObjectIsAnObject(String json) {
    assertThatCode(() -> Json.requireObject(bytes(json))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "[]", "1", "\"a\"", "null", "true", "[{}]"})
  void anythingElseIsNot(String json) {
    assertThatThrownBy(() -> Json.requireObject(bytes(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a JSON object of named parameters, such as {\"param1\": 1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\":}|line 1, column 6",
        "{\"a\":1,\"a\":2}|line 1, column 11",
        "{\"a\" 1}|line 1, column 6",
        "{a:1}|line 1, column 2",
        "{\"a\":01}|line 1, column 7",
        "{\"a\":NaN}|line 1, column",
        "{} {}|line 1, column",
        "{}]|line 1, column",
        "{\"a\":1|line 1, column"
      })
  void aMistakeIsToldWithItsPlace(String json, String place) {
    assertThatThrownBy(() -> Json.requireObject(bytes(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(", at " + place);
  }

  @Test
  void thePlaceCountsLines() {
    assertThatThrownBy(() -> Json.requireObject(bytes("{\n  \"a\": 1,\n  \"b\": oops\n}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 3, column");
  }

  @Test
  void parseTellsThePlaceToo() {
    assertThatThrownBy(() -> Json.parse(bytes("{\n  \"a\": oops\n}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2, column");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "{} {}", "{\"a\":1,\"a\":2}"})
  void parseTakesExactlyOneValue(String json) {
    assertThatThrownBy(() -> Json.parse(bytes(json))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    assertThat(Json.parse(Json.bytes(Json.parse(bytes("{\"a\":[1,\"ü\",null]}")))))
        .isEqualTo(Json.parse(bytes("{\"a\":[1,\"ü\",null]}")));
  }

  @Test
  void bytesThatAreNoTextAreWrong() {
    // Given
    byte[] looksLikeUtf32 = {0, 0, 0, '[', 0x7f, 0x7f, 0x7f, 0x7f};

    // Then
    assertThatThrownBy(() -> Json.parse(looksLikeUtf32))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
