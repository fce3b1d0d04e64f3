package fob.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "*, add, true",
    "*, '', true",
    "team-*, team-a, true",
    "team-*, team-, true",
    "team-*, team, false",
    "team-*, a-team-a, false",
    "*-test, add-test, true",
    "*-test, add-tests, false",
    "a*c*e, abcde, true",
    "a*c*e, ace, true",
    "a*c*e, aec, false",
    "add, add, true",
    "add, adds, false",
    "a-z, abz, false",
  })
  void aStarStandsForAnyText(String pattern, String name, boolean matches) {
    assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void manyStarsTakeNoLongTime() {
    // Given
    Glob pattern = new Glob("*a".repeat(50));
    String name = "a".repeat(49) + "b".repeat(1000);

    // Then
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(pattern.matches(name)).isFalse());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "team.*", "[a]", "te am", "(", "é", "a/b", "a?"})
  void otherCharactersAreRefused(String pattern) {
    assertThatThrownBy(() -> new Glob(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + pattern + "': expected");
  }

  @Test
  void onlyTheStarAloneMatchesAll() {
    assertThat(new Glob("*").isAll()).isTrue();
    assertThat(new Glob("a*").isAll()).isFalse();
  }
}
