package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
            catchThrowableOfType(ConfigurationException.class, env::requireNoProblems))
        .problems();
  }

  @Test
  void variableThatIsNotSetHasItsDefault() {
    // Given
    Env env = new Env(Map.of());

    // Then
    assertThat(env.text("FOB_A", "a meaning", "standard")).isEqualTo("standard");
    assertThat(env.optional("FOB_B", "a meaning")).isEmpty();
    assertThat(env.integer("FOB_C", "a meaning", 7, 0, 9)).isEqualTo(7);
    assertThat(env.flag("FOB_D", "a meaning", true)).isTrue();
    assertThat(env.port("FOB_E", "a meaning", 9999)).isEqualTo(9999);
    assertThat(env.path("FOB_F", "a meaning", Path.of("here"))).isEqualTo(Path.of("here"));
    assertThat(env.value("FOB_H", "a meaning", 'x', "a letter", text -> text.charAt(0)))
        .isEqualTo('x');
    assertThat(env.isSet("FOB_H")).isFalse();
    assertThat(env.duration("FOB_G", "a meaning", SECOND, SECOND, MINUTE)).isEqualTo(SECOND);
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }

  @Test
  void variableThatIsSetIsRead() {
    assertThat(env(" a b ").text("FOB_X", "a meaning", "")).isEqualTo("a b");
    assertThat(env("a").optional("FOB_X", "a meaning")).contains("a");
    assertThat(env("a").value("FOB_X", "a meaning", 'x', "a letter", text -> text.charAt(0)))
        .isEqualTo('a');
    assertThat(env("a").isSet("FOB_X")).isTrue();
    assertThat(env("9").integer("FOB_X", "a meaning", 7, 0, 9)).isEqualTo(9);
    assertThat(env("false").flag("FOB_X", "a meaning", true)).isFalse();
    assertThat(env("true").flag("FOB_X", "a meaning", false)).isTrue();
    assertThat(env("0").port("FOB_X", "a meaning", 9999)).isZero();
    assertThat(env("there").path("FOB_X", "a meaning", Path.of("here")))
        .isEqualTo(Path.of("there").toAbsolutePath());
    assertThat(env("1m").duration("FOB_X", "a meaning", SECOND, SECOND, MINUTE)).isEqualTo(MINUTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "1.5", "-1", "10", "99999999999"})
  void malformedNumberOrNumberOutOfBoundsIsAProblem(String value) {
    // Given
    Env env = env(value);

    // When
    int number = env.integer("FOB_X", "a meaning", 7, 0, 9);

    // Then
    assertThat(number).isEqualTo(7);
    assertThat(problems(env))
        .containsExactly("FOB_X='" + value + "': expected a whole number from 0 to 9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "TRUE", "1"})
  void flagOtherThanTrueOrFalseIsAProblem(String value) {
    // Given
    Env env = env(value);

    // When
    env.flag("FOB_X", "a meaning", false);

    // Then
    assertThat(problems(env)).containsExactly("FOB_X='" + value + "': expected true or false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "http"})
  void portOutOfBoundsIsAProblem(String value) {
    // Given
    Env env = env(value);

    // When
    env.port("FOB_X", "a meaning", 1);

    // Then
    assertThat(problems(env))
        .containsExactly("FOB_X='" + value + "': expected a whole number from 0 to 65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "1d", "999ms", "2m", "soon"})
  void durationWithoutUnitOrOutOfBoundsIsAProblem(String value) {
    // Given
    Env env = env(value);

    // When
    env.duration("FOB_X", "a meaning", SECOND, SECOND, MINUTE);

    // Then
    assertThat(problems(env))
        .containsExactly(
            "FOB_X='" + value + "': expected a duration from 1s to 1m, such as 500ms, 30s or 5m");
  }

  @Test
  void emptyTextIsAProblem() {
    // Given
    Env env = env("  ");

    // When
    env.text("FOB_X", "a meaning", "standard");

    // Then
    assertThat(problems(env)).containsExactly("FOB_X='  ': expected a text that is not empty");
  }

  @Test
  void malformedPathIsAProblem() {
    // Given
    Env env = env("a\0b");

    // When
    env.path("FOB_X", "a meaning", Path.of("here"));

    // Then
    assertThat(problems(env)).containsExactly("FOB_X='a\0b': expected a path");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    // Given
    Env env = new Env(Map.of("FOB_A", "x", "FOB_B", "y", "FOB_TYPO", "1"));
    env.integer("FOB_A", "a meaning", 1, 0, 9);
    env.flag("FOB_B", "a meaning", true);

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
  void variablesWithoutThePrefixFobAreIgnored() {
    // Given
    Env env = new Env(Map.of("PATH", "/bin", "FOBIA", "x"));

    // Then
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }

  @Test
  void variablesWithAPrefixAreReadWithoutIt() {
    // Given
    Env env = new Env(Map.of("FOB_KAFKA_ACKS", "all", "FOB_KAFKA_A_B", "1", "FOB_KAFK", "no"));

    // When
    Map<String, String> found = env.withPrefix("FOB_KAFKA_", "a meaning");

    // Then
    assertThat(found).isEqualTo(Map.of("ACKS", "all", "A_B", "1"));
    assertThat(problems(env)).singleElement().asString().startsWith("FOB_KAFK: ");
  }

  @Test
  void settingsOfAnotherProgramAreKnown() {
    // Given
    Env other = new Env(Map.of());
    other.flag("FOB_X", "a meaning", true);
    other.withPrefix("FOB_KAFKA_", "a meaning");
    Env env = new Env(Map.of("FOB_X", "anything", "FOB_KAFKA_ACKS", "all"));

    // When
    env.know(other);

    // Then
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }

  @Test
  void mistypedVariableGetsASuggestionAndItsValueIsNotShown() {
    // Given
    Env env = new Env(Map.of("FOB_MARATHON_PASWORD", "hunter2"));
    env.optional("FOB_MARATHON_PASSWORD", "a meaning");
    env.optional("FOB_MARATHON_USER", "a meaning");

    // Then
    assertThat(problems(env))
        .containsExactly(
            "FOB_MARATHON_PASWORD: there is no such variable; did you mean FOB_MARATHON_PASSWORD?");
  }

  @Test
  void settingsAreListedInTheOrderInWhichTheyWereRead() {
    // Given
    Env env = new Env(Map.of("FOB_B", "2m"));
    env.duration("FOB_B", "how long", SECOND, SECOND, MINUTE);
    env.optional("FOB_A", "how");
    env.withPrefix("FOB_C_", "the rest");

    // Then
    assertThat(env.settings())
        .containsExactly(
            new Setting("FOB_B", "1s", "how long"),
            new Setting("FOB_A", "", "how"),
            new Setting("FOB_C_…", "", "the rest"));
  }

  @Test
  void unknownHostIsAProblem() {
    // Given
    Env env = new Env(Map.of("FOB_X", "not a host", "FOB_Y", "127.0.0.2"));

    // Then
    assertThat(env.host("FOB_X", "a meaning", "127.0.0.1")).isEqualTo("127.0.0.1");
    assertThat(env.host("FOB_Y", "a meaning", "127.0.0.1")).isEqualTo("127.0.0.2");
    assertThat(problems(env)).singleElement().asString().startsWith("FOB_X='not a host': expected");
  }

  @Test
  void folderMayBeMissingIfItCanBeCreated(@TempDir Path dir) throws IOException {
    // Given
    Path file = Files.createFile(dir.resolve("file"));
    Map<String, String> values =
        Map.of("FOB_X", file.resolve("below").toString(), "FOB_Y", dir.resolve("a/b").toString());
    Env env = new Env(values);

    // Then
    assertThat(env.folder("FOB_X", "a meaning", dir)).isEqualTo(dir);
    assertThat(env.folder("FOB_Y", "a meaning", dir)).isEqualTo(dir.resolve("a/b"));
    assertThat(problems(env)).singleElement().asString().startsWith("FOB_X='" + file);
    assertThat(dir.resolve("a")).doesNotExist();
  }

  @Test
  void parserMayDescribeTheProblemItself() {
    // Given
    Env env = env("b");

    // When
    String value =
        env.checked(
            "FOB_X",
            "a meaning",
            "a",
            text -> {
              throw new IllegalArgumentException("expected an a");
            });

    // Then
    assertThat(value).isEqualTo("a");
    assertThat(problems(env)).containsExactly("FOB_X='b': expected an a");
  }
}
