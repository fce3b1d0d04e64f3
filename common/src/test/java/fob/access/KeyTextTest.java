package fob.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

  @Test
  void newKeysDifferAndHaveTheFormOfKeys() {
    // When
    Set<String> texts =
        Stream.generate(KeyText::random).limit(1000).map(KeyText::text).collect(Collectors.toSet());

    // Then
    assertThat(texts)
        .hasSize(1000)
        .allSatisfy(text -> {
          assertThat(text).matches("fob_[a-z0-9]{8}_[0-9a-zA-Z]{32}");
          assertThat(KeyText.parse(text))
              .hasValueSatisfying(
                  key -> assertThat(key.text()).isEqualTo(text).contains("_" + key.id() + "_"));
        });
  }

  @Test
  void aKeyHasItsOwnChecksumOnly() {
    // Given
    KeyText key = KeyText.parse("fob_admin_" + "a".repeat(48)).orElseThrow();

    // Then
    assertThat(key.hasSha256(key.sha256())).isTrue();
    assertThat(key.hasSha256(KeyText.random().sha256())).isFalse();
    assertThat(key.hasSha256("")).isFalse();
    assertThat(key.sha256()).hasSize(64).doesNotContain(key.text());
  }

  @Test
  void itsTextIsInNoMessage() {
    KeyText key = KeyText.random();

    assertThat(key).hasToString("KeyText[" + key.id() + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fob",
        "fob_a",
        "fob_a_tooshort",
        "fob__aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "fob_A_aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "FOB_a_aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "fob_a_aaaaaaaaaaaaaaaaaaaaaaaaaa-",
        "fob_a_aaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
        " fob_a_aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "fob_a_aaaaaaaaaaaaaaaaaaaaaaaaaaé",
      })
  void whatHasNotTheFormOfAKeyIsNone(String text) {
    assertThat(KeyText.parse(text)).isEmpty();
  }
}
