package fob.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

  @Test
  void noQueryIsNoParameters() {
    assertThat(Parameters.parse("")).isEmpty();
  }

  @Test
  void theOriginalsSyntax() {
    assertThat(Parameters.parse("param1:1,param2:two"))
        .containsExactly(entry("param1", "1"), entry("param2", "two"));
  }

  @Test
  void theOrdinarySyntax() {
    assertThat(Parameters.parse("param1=1&param2=two"))
        .containsExactly(entry("param1", "1"), entry("param2", "two"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the first of ':' and '=' tells which of the two it is
        "a:1=2,b:3|a|1=2",
        "a:1&b=2|a|1&b=2",
        "a=1:2&b=3|a|1:2",
        "a=1,b:2|a|1,b:2",
        "a:b:c|a|b:c",
        "a=b=c|a|b=c",
        "a:|a|''",
        "a=|a|''",
        // percent-decoding, and what '+' is
        "a:1%2C2|a|1,2",
        "a:b%3Ac|a|b:c",
        "%61:%62|a|b",
        "a%3Ab:c|a:b|c",
        "a:gr%C3%BC%C3%9Fe|a|gr\u00fc\u00dfe",
        "a:%F0%9F%90%A6|a|\uD83D\uDC26",
        "a:1+1|a|1+1",
        "a=1+1|a|1 1",
        "a=1%2B1|a|1+1",
        "a:50%25|a|50%"
      })
  void aValueIsWhatItSays(String query, String name, String value) {
    assertThat(Parameters.parse(query)).containsEntry(name, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a:1,,b:2|parameter 2, '': expected name:value",
        "a:1,|parameter 2, '': expected name:value",
        "a:1,b|parameter 2, 'b': expected name:value",
        "a:1,:2|parameter 2, ':2': expected name:value",
        ":1|parameter 1, ':1': expected name:value",
        "a=1&|parameter 2, '': expected name=value",
        "a=1&b|parameter 2, 'b': expected name=value",
        "=1|parameter 1, '=1': expected name=value",
        "a=1&b:2|parameter 2, 'b:2': expected name=value",
        "a:1,b:2,a:3|parameter 3, 'a': given twice",
        "a=1&%61=2|parameter 2, 'a': given twice",
        "a:%|parameter 1, 'a:%': a '%' must be followed by two hex digits (a '%' itself is %25)",
        "a:1,b:%4|parameter 2, 'b:%4': a '%' must be followed by two hex digits (a '%' itself is"
            + " %25)",
        "a=%zz|parameter 1, 'a=%zz': a '%' must be followed by two hex digits (a '%' itself is %25)",
        "a=%FF|parameter 1, 'a=%FF': expected UTF-8",
        "a:1,b:%C3|parameter 2, 'b:%C3': expected UTF-8",
        "%ED%A0%80=1|parameter 1, '%ED%A0%80=1': expected UTF-8",
        "a=%C0%80|parameter 1, 'a=%C0%80': expected UTF-8",
        "a=\uFFFD|parameter 1, 'a=\uFFFD': expected UTF-8",
        "a=%+1|parameter 1, 'a=%+1': a '%' must be followed by two hex digits (a '%' itself is %25)",
        "%x:1|parameter 1, '%x:1': a '%' must be followed by two hex digits (a '%' itself is %25)"
      })
  void whatIsMalformedIsToldWithItsPlace(String query, String message) {
    assertThatThrownBy(() -> Parameters.parse(query))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "&", ",", "a&b", "%3A"})
  void aQueryWithoutAParameterShowsBothForms(String query) {
    assertThatThrownBy(() -> Parameters.parse(query))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the query '"
                + query
                + "' has no parameter: expected ?name:value,name:value or ?name=value&name=value");
  }

  @ParameterizedTest
  @ValueSource(chars = {':', '='})
  void whateverIsPercentEncodedComesBack(char separator) {
    Random random = new Random(20_261_124);
    for (int i = 0; i < 500; i++) {
      // Given
      Map<String, String> parameters = new LinkedHashMap<>();
      for (int count = random.nextInt(1, 5); count > 0; count--) {
        parameters.put(text(random, 1), text(random, 0));
      }

      // When
      String query =
          parameters.entrySet().stream()
              .map(one -> encode(one.getKey()) + separator + encode(one.getValue()))
              .collect(Collectors.joining(separator == ':' ? "," : "&"));

      // Then
      assertThat(Parameters.parse(query)).as(query).isEqualTo(parameters);
    }
  }

  @Test
  void oneParameterMayBeAListThatIsGivenSeveralTimes() {
    assertThat(Parameters.parse("secret=A&name=x&secret=B%3Afile", "secret"))
        .isEqualTo(Map.of("secret", "A,B:file", "name", "x"));
    assertThat(Parameters.parse("secret:A,secret:B:file", "secret"))
        .isEqualTo(Map.of("secret", "A,B:file"));
    assertThatThrownBy(() -> Parameters.parse("name=x&name=y", "secret"))
        .hasMessageContaining("given twice");
  }

  private static String text(Random random, int shortest) {
    int[] points =
        random
            .ints(random.nextInt(shortest, 8), 0, Character.MAX_CODE_POINT)
            .map(point -> random.nextInt(3) > 0 ? point % 128 : point)
            .map(point -> point >= 0xD800 && point <= 0xDFFF ? ':' : point)
            .toArray();
    return new String(points, 0, points.length);
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      encoded.append("%%%02X".formatted(b));
    }
    return encoded.toString();
  }
}
