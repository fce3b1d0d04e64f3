package fob.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

  private static Environment of(Map<String, String> variables) {
    return new Environment(variables, List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "_", "a1", "MODE", "PATHS", "FOB", "LDX", "LANGUAGE", "LC_ALL"})
  void theseAreNames(String name) {
    assertThat(of(Map.of(name, "x")).variables()).containsKey(name);
    assertThat(new SecretUse(name, false).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "a-b", "a b", "a=b", "é", "A\n", "a,b", "a:file"})
  void otherTextIsNoName(String name) {
    assertThatThrownBy(() -> of(Map.of(name, "x")))
        .hasMessageContaining("is no name of a variable");
    assertThatThrownBy(() -> new SecretUse(name, true))
        .hasMessageContaining("is no name of a variable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PATH", "HOME", "TMPDIR", "LANG", "LD_PRELOAD", "LD_LIBRARY_PATH", "FOB_LISTEN"})
  void namesThatFobSetsAreRefused(String name) {
    assertThatThrownBy(() -> of(Map.of(name, "x"))).hasMessageContaining("is set by fob");
    assertThatThrownBy(() -> new SecretUse(name, false)).hasMessageContaining("is set by fob");
  }

  @Test
  void aLongNameIsCutInItsMessage() {
    assertThat(of(Map.of("a".repeat(128), "")).variables()).hasSize(1);
    assertThatThrownBy(() -> of(Map.of("a".repeat(129), "")))
        .hasMessageStartingWith("'" + "a".repeat(60) + "…' is no name");
  }

  @Test
  void noMessageHasAValue() {
    assertThatThrownBy(() -> of(Map.of("A", "hush\0hush")))
        .hasMessageContaining("'A' has a NUL")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> of(Map.of("A", "hush\ud800")))
        .hasMessageContaining("'A' has half of a surrogate pair")
        .hasMessageNotContaining("hush");
  }

  @Test
  void aHundredVariablesAndThirtyTwoKibibytesAreTheMost() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 100; i++) {
      many.put("A" + i, "");
    }
    assertThat(of(many).variables()).hasSize(100);
    many.put("B", "");
    assertThatThrownBy(() -> of(many)).hasMessageContaining("there are 101 environment variables");

    assertThat(of(Map.of("A", "x".repeat(32 * 1024 - 1))).variables()).hasSize(1);
    assertThatThrownBy(() -> of(Map.of("A", "x".repeat(32 * 1024))))
        .hasMessageContaining("have 32769 bytes, the most is 32768");
    assertThatThrownBy(() -> of(Map.of("A", "\u0001".repeat(8 * 1024))))
        .hasMessageContaining("have 49153 bytes");
    assertThat(of(Map.of("A", "😀".repeat(8 * 1024 - 1))).variables()).hasSize(1);
  }

  @Test
  void oneNameIsOneThing() {
    SecretUse variable = new SecretUse("A", false);
    SecretUse file = new SecretUse("A", true);
    assertThatThrownBy(() -> new Environment(Map.of(), List.of(variable, file)))
        .hasMessage("the secret 'A' is given twice");
    assertThatThrownBy(() -> new Environment(Map.of("A", "x"), List.of(variable)))
        .hasMessageContaining("both an environment variable and a secret");
    assertThat(new Environment(Map.of("A", "x"), List.of(file)).secrets()).containsExactly(file);
  }

  @Test
  void aSecretsTextFormComesBack() {
    for (String text : List.of("TOKEN", "TOKEN:file")) {
      assertThat(SecretUse.parse(text)).hasToString(text);
    }
    assertThatThrownBy(() -> SecretUse.parse("TOKEN:env")).hasMessageContaining("is no name");
  }
}
