package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void delayGrowsByTheFactorUpToTheMaximum() {
    Backoff backoff = new Backoff(SECOND, 4, MINUTE, 0);
    assertThat(IntStream.rangeClosed(1, 6).mapToObj(backoff::delay).map(Duration::toSeconds))
        .containsExactly(1L, 4L, 16L, 60L, 60L, 60L);
  }

  @Test
  void delayStaysAtTheMaximumAfterAnyNumberOfFailures() {
    assertThat(Backoff.doubling(SECOND, MINUTE).delay(Integer.MAX_VALUE)).isEqualTo(MINUTE);
  }

  @Property
  void jitterChangesADelayByItsShareAtMost(
      @ForAll @IntRange(min = 1, max = 10) int failures, @ForAll long seed) {
    Backoff backoff = new Backoff(SECOND, 2, MINUTE, 0.25);
    Duration delay = backoff.delay(failures);
    assertThat(backoff.delay(failures, new Random(seed)))
        .isBetween(delay.multipliedBy(3).dividedBy(4), delay.multipliedBy(5).dividedBy(4));
  }

  @Test
  void delaysWithJitterDiffer() {
    Backoff backoff = new Backoff(SECOND, 2, MINUTE, 0.25);
    Random random = new Random(1);
    assertThat(backoff.delay(1, random)).isNotEqualTo(backoff.delay(1, random));
  }

  @Test
  void valuesOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, 2, MINUTE, 0)).hasMessageContaining("PT0S");
    assertThatThrownBy(() -> new Backoff(MINUTE, 2, SECOND, 0)).hasMessageContaining("PT1S");
    assertThatThrownBy(() -> new Backoff(SECOND, 0.5, MINUTE, 0)).hasMessageContaining("0.5");
    assertThatThrownBy(() -> new Backoff(SECOND, 2, MINUTE, 1.5)).hasMessageContaining("1.5");
  }
}
