package fob.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {

  private static final Guard RECORDED = new Guard(20, 2);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"20, 2", "26, 3", "5, 1", "-1, 0.5"})
  void costWithinTheBoundsPasses(double switches, double processorTime) {
    assertThat(RECORDED.problems(new Guard(switches, processorTime))).isEmpty();
  }

  @Test
  void moreSwitchesThanTheBoundFail() {
    assertThat(RECORDED.problems(new Guard(26.1, 3)))
        .containsExactly(
            "voluntary switches a call: whole - bare bus is 26.10, which is more than 1.3 times the"
                + " recorded 20.00");
  }

  @Test
  void moreProcessorTimeThanTheBoundFails() {
    assertThat(RECORDED.problems(new Guard(26, 3.01)))
        .containsExactly(
            "processor time a call: whole / bare bus is 3.01, which is more than 1.5 times the"
                + " recorded 2.00");
  }

  @Test
  void figureThatIsNoNumberFails() {
    assertThat(RECORDED.problems(new Guard(Double.NaN, Double.POSITIVE_INFINITY))).hasSize(2);
  }

  @Test
  void whatIsRecordedCanBeRead() throws IOException {
    Path file = folder.resolve("guard.properties");
    new Guard(24.75, 2.314).write(file);
    assertThat(Guard.read(file)).isEqualTo(new Guard(24.8, 2.31));
    assertThat(file).content().contains("# ").contains("./fob bench --record");
  }

  @Test
  void fileThatIsMissingOrHasNoNumberIsNamedWithWhatToDo() throws IOException {
    Path file = folder.resolve("guard.properties");
    assertThatThrownBy(() -> Guard.read(file))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("./fob bench --record");
    Files.writeString(file, "switches=3");
    assertThatThrownBy(() -> Guard.read(file))
        .hasMessageContaining("must have the numbers switches and processor-time");
  }

  @Test
  void ratiosOfTheRunAreCompared() {
    List<Ratio> ratios =
        List.of(
            new Ratio("no-op", 1, Ratio.PROCESSOR_TIME, 1.9, ""),
            new Ratio("no-op", 1, Ratio.SWITCHES, 21.5, ""));
    assertThat(Guard.of(ratios)).isEqualTo(new Guard(21.5, 1.9));
    assertThatThrownBy(() -> Guard.of(List.of())).hasMessageContaining("not measured");
  }
}
