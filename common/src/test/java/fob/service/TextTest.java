package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "add", "grüße, 你好 🐦", "a\\b \"c\" {}"})
  void plainTextStaysAsItIs(String text) {
    assertThat(Text.printable(text, 100)).isEqualTo(text);
  }

  @Test
  void controlCharactersAreWrittenAsEscapes() {
    assertThat(Text.printable("a\r\nb\tc\u001b[2Jd\u0000e\u0085f", 100))
        .isEqualTo("a\\r\\nb\\tc\\u001b[2Jd\\u0000e\\u0085f");
  }

  @Test
  void separatorsDirectionMarksAndHalvesOfPairsAreWrittenAsEscapes() {
    assertThat(Text.printable("a\u2028b\u2029c\u202ed\ud83d", 100))
        .isEqualTo("a\\u2028b\\u2029c\\u202ed\\ud83d");
  }

  @Test
  void textOverTheBoundIsCut() {
    assertThat(Text.printable("abcdef", 3)).isEqualTo("abc…");
    assertThat(Text.printable("abc", 3)).isEqualTo("abc");
  }

  @Test
  void cuttingSplitsNoCharacter() {
    assertThat(Text.cut("ab🐦", 3)).isEqualTo("ab…");
    assertThat(Text.cut("ab🐦", 4)).isEqualTo("ab🐦");
  }
}
