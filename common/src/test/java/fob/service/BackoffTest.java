package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void jitterChangesADelayByItsShareAtMost(int failures) {
    Backoff backoff = new Backoff(SECOND, 2, MINUTE, 0.25);
    Duration delay = backoff.delay(failures);
    assertThat(LongStream.range(0, 100).mapToObj(SplittableRandom::new))
        .allSatisfy(random ->
            assertThat(backoff.delay(failures, random))
                .isBetween(delay.multipliedBy(3).dividedBy(4), delay.multipliedBy(5).dividedBy(4)));
  }

  @Test
  void delaysWithJitterDiffer() {
    Backoff backoff = new Backoff(SECOND, 2, MINUTE, 0.25);
    SplittableRandom random = new SplittableRandom(1);
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
