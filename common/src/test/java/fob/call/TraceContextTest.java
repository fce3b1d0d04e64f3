package fob.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String IDS = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

  @ParameterizedTest
  @ValueSource(strings = {"00-" + IDS + "-01", "00-" + IDS + "-00", "cc-" + IDS + "-01-more"})
  void validOnesAreKept(String text) {
    assertThat(TraceContext.of(text, null)).isEqualTo(new TraceContext(text, null));
    assertThat(TraceContext.traceId(text)).contains("0af7651916cd43dd8448eb211c80319c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-" + IDS,
        "00-" + IDS + "-01-more",
        "00-" + IDS + "-1",
        "ff-" + IDS + "-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "-------------------------------------------------------"
      })
  void malformedOnesAreIgnored(String text) {
    assertThat(TraceContext.of(text, "a=1")).isNull();
    assertThat(TraceContext.traceId(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1|a=1",
        " a=1 ,, b=2\t|a=1,b=2",
        "tenant@system=a b|tenant@system=a b",
        "0-*/_=!~|0-*/_=!~",
        "A=1|",
        "a|",
        "a=|",
        "a=1=2|",
        "@s=1|",
        "a=1,b=ü|",
        "' , '|"
      })
  void validStatesAreKept(String text, @Nullable String kept) {
    assertThat(state(text)).isEqualTo(kept);
  }

  @Test
  void statesAreBounded() {
    String thirtyTwo = members(32, 5);
    assertThat(state(thirtyTwo)).isEqualTo(thirtyTwo);
    assertThat(state(members(33, 5))).isNull();
    assertThat(state("a=" + "x".repeat(256))).hasSize(258);
    assertThat(state("a=" + "x".repeat(257))).isNull();
    assertThat(state("long=" + "x".repeat(150) + "," + members(20, 20)))
        .as("the long one goes first")
        .isEqualTo(members(20, 20));
    assertThat(state(members(30, 20))).as("then the last ones").isEqualTo(members(24, 20));
  }

  private static @Nullable String state(String text) {
    return Objects.requireNonNull(TraceContext.of("00-" + IDS + "-01", text)).state();
  }

  /** Returns so many members of so many characters. */
  private static String members(int count, int size) {
    return IntStream.range(0, count)
        .mapToObj(i -> "k%02d=%s".formatted(i, "v".repeat(size - 4)))
        .collect(Collectors.joining(","));
  }

  @Test
  void noneIsNone() {
    assertThat(TraceContext.of(null, "a=1")).isNull();
  }
}
