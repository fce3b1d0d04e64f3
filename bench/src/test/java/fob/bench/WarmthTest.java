package fob.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmthTest {

  private static Warmth of(double... perSecond) {
    List<Warmth.Step> steps = new ArrayList<>();
    for (double calls : perSecond) {
      steps.add(new Warmth.Step(5 * (steps.size() + 1), calls, 1, 2, 3, 4));
    }
    return new Warmth(16, steps);
  }

  @Test
  void throughputThatRisesIsNotFlat() {
    assertThat(of(100, 200, 300, 400, 500, 600, 700, 800).isFlat()).isFalse();
    assertThat(of(100, 100, 100, 100, 106, 106, 106, 106).isFlat()).isFalse();
  }

  @Test
  void throughputThatRisesByFivePercentAtMostIsFlat() {
    assertThat(of(100, 100, 100, 100, 105, 105, 105, 105).isFlat()).isTrue();
    assertThat(of(1, 1, 100, 90, 110, 100, 105, 95, 100, 100).isFlat()).isTrue();
  }

  @Test
  void throughputOfFewStepsIsNotFlat() {
    assertThat(of(100, 100, 100, 100, 100, 100, 100).isFlat()).isFalse();
  }

  @Test
  void warmIsTheFirstStepWithNinetyPercentOfTheLastFour() {
    assertThat(of(100, 500, 899, 900, 950, 1_000, 1_000, 1_050).secondsToWarm()).isEqualTo(20);
  }
}
