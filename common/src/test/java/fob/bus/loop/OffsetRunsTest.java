package fob.bus.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetRunsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"''", "0", "7-9,12", "1,3,5-1004,9007199254740993"})
  void offsetsAreTheSameAfterTheirTextForm(String text) {
    // When
    Set<Long> offsets = OffsetRuns.decode(text);

    // Then
    assertThat(OffsetRuns.encode(offsets)).isEqualTo(text);
  }

  @Test
  void aRunHasAllItsOffsets() {
    assertThat(OffsetRuns.decode("7-9,12")).containsExactly(7L, 8L, 9L, 12L);
    assertThat(OffsetRuns.encode(Set.of(12L, 8L, 7L, 9L))).isEqualTo("7-9,12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "9-7", "-1", "1,", "0-9223372036854775807", "0-999999,1000001"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> OffsetRuns.decode(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
