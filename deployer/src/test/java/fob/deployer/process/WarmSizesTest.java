package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmSizesTest {

  private static final List<String> LANGUAGES = List.of("node", "python");

  @Test
  void numbersAreForAllLanguagesOrForOne() {
    assertThat(WarmSizes.parse("3", LANGUAGES)).isEqualTo(new WarmSizes(3, Map.of()));
    assertThat(WarmSizes.parse("python=4", LANGUAGES))
        .isEqualTo(new WarmSizes(0, Map.of("python", 4)));
    WarmSizes both = WarmSizes.parse("1, python=4,node=0", LANGUAGES);
    assertThat(both).isEqualTo(new WarmSizes(1, Map.of("python", 4, "node", 0)));
    assertThat(List.of(both.of("python"), both.of("node"), both.of("java")))
        .containsExactly(4, 0, 1);
    assertThat(both).hasToString("1,node=0,python=4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "-1", "101", "cobol=1", "python", "python=", "1,", "=1"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> WarmSizes.parse(text, LANGUAGES))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
