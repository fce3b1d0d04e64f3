package fob.bench.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CountsTest {

  private static final Group CALLS = new Group(Part.SERVICES, "fob-calls");
  private static final Group NETWORK = new Group(Part.BROKER, "network");

  @Test
  void figuresAreACall() {
    Counts counts = new Counts(10, Map.of(CALLS, new Use(30, 5, 2, 1)));
    assertThat(counts.voluntary(Part.SERVICES)).isEqualTo(3);
    assertThat(counts.involuntary(Part.SERVICES)).isEqualTo(0.5);
    assertThat(counts.micros(Part.SERVICES)).isEqualTo(3_000);
    assertThat(counts.kernelMicros(Part.SERVICES)).isEqualTo(1_000);
    assertThat(counts.of(CALLS))
        .isEqualTo(new Counts.PerCall("services", "fob-calls", 3, 0.5, 2_000, 1_000));
  }

  @Test
  void onlyTheChosenPartsAreAdded() {
    Counts counts = new Counts(1, Map.of(CALLS, new Use(3, 0, 0, 0), NETWORK, new Use(4, 0, 0, 0)));
    assertThat(counts.voluntary(Part.BROKER)).isEqualTo(4);
    assertThat(counts.voluntary(Part.SERVICES, Part.BROKER)).isEqualTo(7);
    assertThat(counts.voluntary()).isZero();
  }

  @Test
  void roundsTogetherWeighEachCallTheSame() {
    Counts one = new Counts(10, Map.of(CALLS, new Use(10, 0, 0, 0)));
    Counts other = new Counts(30, Map.of(CALLS, new Use(90, 0, 0, 0), NETWORK, Use.NONE));
    assertThat(one.plus(other).voluntary(Part.SERVICES)).isEqualTo(2.5);
  }

  @Test
  void groupThatUsedNothingIsNotListed() {
    Counts counts = new Counts(1, Map.of(CALLS, Use.NONE, NETWORK, new Use(1, 0, 0, 0)));
    assertThat(counts.groups()).extracting(Counts.PerCall::threads).containsExactly("network");
  }

  @Test
  void countsOfNoCallAreRefused() {
    assertThatThrownBy(() -> new Counts(0, Map.of()))
        .hasMessageContaining("expected at least one call");
  }
}
