package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Env env(String value) {
    return new Env(Map.of("FOB_X", value));
  }

  private static List<String> problems(Env env) {
    return Objects.requireNonNull(
            catchThrowableOfType(Env.ConfigException.class, env::requireNoProblems))
        .problems();
  }

  @Test
  void whatIsNotSetHasItsStandardValue() {
    // Given
    Env env = new Env(Map.of());

    // Then
    assertThat(env.text("FOB_A", "standard")).isEqualTo("standard");
    assertThat(env.optional("FOB_B")).isEmpty();
    assertThat(env.integer("FOB_C", 7, 0, 9)).isEqualTo(7);
    assertThat(env.flag("FOB_D", true)).isTrue();
    assertThat(env.port("FOB_E", 9999)).isEqualTo(9999);
    assertThat(env.path("FOB_F", Path.of("here"))).isEqualTo(Path.of("here"));
    assertThat(env.value("FOB_H", 'x', "a letter", text -> text.charAt(0))).isEqualTo('x');
    assertThat(env.isSet("FOB_H")).isFalse();
    assertThat(env.duration("FOB_G", SECOND, SECOND, MINUTE)).isEqualTo(SECOND);
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }

  @Test
  void whatIsSetIsRead() {
    assertThat(env(" a b ").text("FOB_X", "")).isEqualTo("a b");
    assertThat(env("a").optional("FOB_X")).contains("a");
    assertThat(env("a").value("FOB_X", 'x', "a letter", text -> text.charAt(0))).isEqualTo('a');
    assertThat(env("a").isSet("FOB_X")).isTrue();
    assertThat(env("9").integer("FOB_X", 7, 0, 9)).isEqualTo(9);
    assertThat(env("false").flag("FOB_X", true)).isFalse();
    assertThat(env("true").flag("FOB_X", false)).isTrue();
    assertThat(env("0").port("FOB_X", 9999)).isZero();
    assertThat(env("there").path("FOB_X", Path.of("here")))
        .isEqualTo(Path.of("there").toAbsolutePath());
    assertThat(env("1m").duration("FOB_X", SECOND, SECOND, MINUTE)).isEqualTo(MINUTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "1.5", "-1", "10", "99999999999"})
  void aNumberThatIsNoneOrOutOfBoundsIsAProblem(String value) {
    // Given
    Env env = env(value);

    // When
    int number = env.integer("FOB_X", 7, 0, 9);

    // Then
    assertThat(number).isEqualTo(7);
    assertThat(problems(env))
        .containsExactly("FOB_X='" + value + "': expected a whole number from 0 to 9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "TRUE", "1"})
  void aFlagIsTrueOrFalse(String value) {
    // Given
    Env env = env(value);

    // When
    env.flag("FOB_X", false);

    // Then
    assertThat(problems(env)).containsExactly("FOB_X='" + value + "': expected true or false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "http"})
  void aPortIsOne(String value) {
    // Given
    Env env = env(value);

    // When
    env.port("FOB_X", 1);

    // Then
    assertThat(problems(env))
        .containsExactly("FOB_X='" + value + "': expected a whole number from 0 to 65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "1d", "999ms", "2m", "soon"})
  void aDurationHasAUnitAndBounds(String value) {
    // Given
    Env env = env(value);

    // When
    env.duration("FOB_X", SECOND, SECOND, MINUTE);

    // Then
    assertThat(problems(env))
        .containsExactly(
            "FOB_X='" + value + "': expected a duration from 1s to 1m, such as 500ms, 30s or 5m");
  }

  @Test
  void aTextIsNotEmpty() {
    // Given
    Env env = env("  ");

    // When
    env.text("FOB_X", "standard");

    // Then
    assertThat(problems(env)).containsExactly("FOB_X='  ': expected a text that is not empty");
  }

  @Test
  void aPathIsOne() {
    // Given
    Env env = env("a\0b");

    // When
    env.path("FOB_X", Path.of("here"));

    // Then
    assertThat(problems(env)).containsExactly("FOB_X='a\0b': expected a path");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    // Given
    Env env = new Env(Map.of("FOB_A", "x", "FOB_B", "y", "FOB_TYPO", "1"));
    env.integer("FOB_A", 1, 0, 9);
    env.flag("FOB_B", true);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessage(
            """
            FOB_A='x': expected a whole number from 0 to 9
            FOB_B='y': expected true or false
            FOB_TYPO: there is no such variable; known are FOB_A, FOB_B\
            """);
  }

  @Test
  void variablesOfOthersAreNoneOfOurBusiness() {
    // Given
    Env env = new Env(Map.of("PATH", "/bin", "FOBIA", "x"));

    // Then
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }

  @Test
  void aPrefixGathersVariablesByTheRestOfTheirName() {
    // Given
    Env env = new Env(Map.of("FOB_KAFKA_ACKS", "all", "FOB_KAFKA_A_B", "1", "FOB_KAFK", "no"));

    // When
    Map<String, String> found = env.withPrefix("FOB_KAFKA_");

    // Then
    assertThat(found).isEqualTo(Map.of("ACKS", "all", "A_B", "1"));
    assertThat(problems(env)).singleElement().asString().startsWith("FOB_KAFK: ");
  }

  @Test
  void aVariableThatIsIgnoredIsKnown() {
    // Given
    Env env = env("anything");

    // When
    env.ignore("FOB_X");

    // Then
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }
}
