package fob.function;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionTest {

  private static final String ID = "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b";
  private static final String SHA = "0".repeat(64);

  private static FunctionSpec spec(String language, String sha256, int bytes) {
    return new FunctionSpec(
        FunctionId.random(), language, null, Limits.DEFAULT, sha256, bytes, Instant.EPOCH);
  }

  @Test
  void anIdIsReadInEitherCaseAndWrittenInLowerCase() {
    assertThat(FunctionId.parse(ID).map(FunctionId::toString)).contains(ID);
    assertThat(FunctionId.parse("3F2B8A10-1C2D-4E3F-8A9B-0C1D2E3F4A5B"))
        .isEqualTo(FunctionId.parse(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "add",
        "1-2-3-4-5",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5bb",
        "3f2b8a10_1c2d_4e3f_8a9b_0c1d2e3f4a5b",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5g",
        "3f2b8a101-c2d-4e3f-8a9b-0c1d2e3f4a5b",
        "--------------------------------1234"
      })
  void otherTextIsNoFunctionId(String text) {
    assertThat(FunctionId.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "add", "a-1", "resize-image-2", "a--"})
  void aNameIsALetterThenLettersDigitsAndDashes(String name) {
    assertThat(new FunctionName(name).toString()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "1a", "-a", "a_b", "a.b", "a b", "ä", "_platform", "a\n"})
  void otherTextIsNoFunctionName(String name) {
    assertThat(FunctionName.isValid(name)).isFalse();
    assertThatThrownBy(() -> new FunctionName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "' is not a function name");
  }

  @Test
  void aNameHasAtMost63Characters() {
    assertThat(FunctionName.isValid("a".repeat(63))).isTrue();
    assertThat(FunctionName.isValid("a".repeat(64))).isFalse();
  }

  @Test
  void textInTheFormOfAnIdIsNoFunctionName() {
    assertThat(FunctionName.isValid("af2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"100,1,32,1", "900000,1000,16384,100"})
  void limitsAtTheirBoundsAreAccepted(long timeout, int concurrency, int memory, int instances) {
    assertThatCode(
            () -> new Limits(Duration.ofMillis(timeout), concurrency, memory, instances, false))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "99,8,128,1,timeout must be 100ms to 15m",
    "900001,8,128,1,timeout must be 100ms to 15m",
    "1000,0,128,1,concurrency must be 1 to 1000",
    "1000,1001,128,1,concurrency must be 1 to 1000",
    "1000,8,31,1,memory (MiB) must be 32 to 16384",
    "1000,8,16385,1,memory (MiB) must be 32 to 16384",
    "1000,8,128,0,instances must be 1 to 100",
    "1000,8,128,101,instances must be 1 to 100"
  })
  void limitsOutOfBoundsAreRefused(
      long timeout, int concurrency, int memory, int instances, String message) {
    assertThatThrownBy(
            () -> new Limits(Duration.ofMillis(timeout), concurrency, memory, instances, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "python", "python3.13", "c++", "objective-c"})
  void aLanguageIsTheNameOfAFolder(String language) {
    assertThatCode(() -> spec(language, SHA, 1)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Python", "../python", "a/b", ".", "3d", "py thon"})
  void otherLanguageNamesAreRefused(String language) {
    assertThatThrownBy(() -> spec(language, SHA, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not the form of a language name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "A000000000000000000000000000000000000000000000000000000000000000"})
  void malformedChecksumIsRefused(String sha256) {
    assertThatThrownBy(() -> spec("python", sha256, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void codeHasAtLeastOneByte() {
    assertThatThrownBy(() -> spec("python", SHA, -1)).hasMessage("code of -1 bytes");
  }

  @Test
  void codeKnowsItsHash() {
    assertThat(new Code("abc".getBytes(UTF_8)).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void codeIsEqualByItsBytesAndKeptOutOfLogs() {
    // Given
    Code code = new Code("secret".getBytes(UTF_8));

    // Then
    assertThat(code).isEqualTo(new Code("secret".getBytes(UTF_8)));
    assertThat(code).hasSameHashCodeAs(new Code("secret".getBytes(UTF_8)));
    assertThat(code).isNotEqualTo(new Code("public".getBytes(UTF_8)));
    assertThat(code.toString()).isEqualTo("6 bytes of code");
  }

  @Test
  void aRegistrationsCodeHasTheSizeThatItsSpecSays() {
    assertThatThrownBy(
            () -> new Registration.Register(spec("python", SHA, 2), new Code(new byte[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("code has 3 bytes, its spec says 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:/run/fob/1", "http://127.0.0.1:8080"})
  void anInstanceListensOnASocket(String address) {
    assertThat(new Instance("1", URI.create(address)).address()).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://h", "/run/fob/1", "tcp://h:1"})
  void otherInstanceAddressesAreRefused(String address) {
    assertThatThrownBy(() -> new Instance("1", URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(address);
  }

  @Test
  void readyFunctionWithoutInstanceIsRefused() {
    assertThatThrownBy(() -> new FunctionStatus.Ready(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
