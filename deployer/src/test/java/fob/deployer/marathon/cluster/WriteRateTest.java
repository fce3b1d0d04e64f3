package fob.deployer.marathon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.marathon.config.MarathonTimings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WriteRateTest {

  private Instant now = Instant.EPOCH;
  private final WriteRate pace = new WriteRate(MarathonTimings.STANDARD, () -> now);

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void fiveWritesASecond() {
    int turns = 0;
    for (int i = 0; i < 1000; i++) {
      turns += pace.tryTurn().isZero() ? 1 : 0;
      pass(Duration.ofMillis(10));
    }
    assertThat(turns).isEqualTo(50);
  }

  @Test
  void aFullMarathonGetsNoWriteForAWhileThatGrows() {
    // When
    pace.full();
    pace.full();

    // Then
    assertThat(pace.tryTurn()).isEqualTo(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));
    assertThat(pace.tryTurn()).isZero();
    pace.full();
    assertThat(pace.tryTurn()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void oneFailureStopsNobodyAndSeveralInARowStopAll() {
    // Given
    for (int i = 0; i < 4; i++) {
      pace.failed();
    }

    // Then
    assertThat(pace.tryTurn()).isZero();
    pace.failed();
    assertThat(pace.tryTurn()).isPositive();
    pass(Duration.ofSeconds(1));
    assertThat(pace.tryTurn()).isZero();
  }

  @Test
  void anAnswerEndsTheCount() {
    // Given
    for (int i = 0; i < 20; i++) {
      pace.failed();
      pace.answered();
    }

    // Then
    assertThat(pace.tryTurn()).isZero();
  }
}
