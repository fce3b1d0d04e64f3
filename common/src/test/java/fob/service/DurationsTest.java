package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  private static final long MOST_MILLIS = 999_999_999;

  @Test
  void textIsParsedBackToTheSameDuration() {
    LongStream all =
        LongStream.concat(
            LongStream.of(0, 1, MOST_MILLIS), new SplittableRandom(1).longs(1000, 0, MOST_MILLIS));
    assertThat(all.mapToObj(Duration::ofMillis))
        .allSatisfy(
            duration -> assertThat(Durations.parse(Durations.text(duration))).isEqualTo(duration));
  }

  @ParameterizedTest
  @CsvSource({"0s,0", "1ms,1", "1500ms,1500", "30s,30000", "1m,60000", "90s,90000", "2h,7200000"})
  void textHasTheLargestExactUnit(String text, long millis) {
    assertThat(Durations.text(Duration.ofMillis(millis))).isEqualTo(text);
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void daysAreReadAndWrittenAsHours() {
    assertThat(Durations.parse("7d")).isEqualTo(Duration.ofDays(7));
    assertThat(Durations.text(Duration.ofDays(7))).isEqualTo("168h");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "-1s",
        "1.5s",
        "1 s",
        " 1s",
        "1S",
        "1D",
        "1w",
        "1234567890s",
        "1s\n",
        "٣s"
      })
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + text + "' is not a duration such as 500ms, 30s, 5m, 2h or 7d");
  }
}
