package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartDelaysTest {

  private final RestartDelays delays = new RestartDelays();

  @Test
  void firstEndAfterReadyCostsNoTimeAndThoseSoonAfterEverMore() {
    Duration soon = Duration.ofSeconds(1);
    assertThat(delays.afterServing(soon)).isZero();
    assertThat(delays.afterServing(soon)).hasMillis(100);
    assertThat(delays.afterServing(soon)).hasMillis(200);
    for (int i = 0; i < 100; i++) {
      assertThat(delays.afterServing(soon)).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }
    assertThat(delays.afterServing(soon)).hasSeconds(10);
  }

  @Test
  void tenSecondsOfHealthForgiveEverything() {
    for (int i = 0; i < 5; i++) {
      delays.afterServing(Duration.ZERO);
    }
    assertThat(delays.afterServing(RestartDelays.HEALTHY_AFTER)).isZero();
    assertThat(delays.afterServing(Duration.ZERO)).isZero();
  }

  @Test
  void refusedStartsAreNoFailuresAndWaitAtMostAQuarterOfAMinute() {
    assertThat(delays.afterRefusal()).hasSeconds(1);
    assertThat(delays.afterRefusal()).hasSeconds(2);
    for (int i = 0; i < 100; i++) {
      delays.afterRefusal();
    }
    assertThat(delays.afterRefusal()).hasSeconds(15);
    assertThat(delays.failedStarts()).isZero();
    delays.ready();
    assertThat(delays.afterRefusal()).hasSeconds(1);
  }

  @Test
  void failedStartsAreCountedUntilOneIsReadyAndWaitAtMostAMinute() {
    assertThat(delays.afterFailedStart()).hasMillis(100);
    assertThat(delays.afterFailedStart()).hasMillis(200);
    for (int i = 0; i < 100; i++) {
      delays.afterFailedStart();
    }
    assertThat(delays.afterFailedStart()).hasSeconds(60);
    assertThat(delays.failedStarts()).isEqualTo(103);
    delays.ready();
    assertThat(delays.failedStarts()).isZero();
  }
}
