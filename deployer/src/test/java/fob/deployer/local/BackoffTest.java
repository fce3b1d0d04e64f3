package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff();

  @Test
  void firstEndAfterReadyCostsNoTimeAndThoseSoonAfterEverMore() {
    Duration soon = Duration.ofSeconds(1);
    assertThat(backoff.afterServing(soon)).isZero();
    assertThat(backoff.afterServing(soon)).hasMillis(100);
    assertThat(backoff.afterServing(soon)).hasMillis(200);
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.afterServing(soon)).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }
    assertThat(backoff.afterServing(soon)).hasSeconds(10);
  }

  @Test
  void tenSecondsOfHealthForgiveEverything() {
    for (int i = 0; i < 5; i++) {
      backoff.afterServing(Duration.ZERO);
    }
    assertThat(backoff.afterServing(Backoff.HEALTHY_AFTER)).isZero();
    assertThat(backoff.afterServing(Duration.ZERO)).isZero();
  }

  @Test
  void refusedStartsAreNoFailuresAndWaitAtMostAQuarterOfAMinute() {
    assertThat(backoff.afterRefusal()).hasSeconds(1);
    assertThat(backoff.afterRefusal()).hasSeconds(2);
    for (int i = 0; i < 100; i++) {
      backoff.afterRefusal();
    }
    assertThat(backoff.afterRefusal()).hasSeconds(15);
    assertThat(backoff.failedStarts()).isZero();
    backoff.ready();
    assertThat(backoff.afterRefusal()).hasSeconds(1);
  }

  @Test
  void failedStartsAreCountedUntilOneIsReadyAndWaitAtMostAMinute() {
    assertThat(backoff.afterFailedStart()).hasMillis(100);
    assertThat(backoff.afterFailedStart()).hasMillis(200);
    for (int i = 0; i < 100; i++) {
      backoff.afterFailedStart();
    }
    assertThat(backoff.afterFailedStart()).hasSeconds(60);
    assertThat(backoff.failedStarts()).isEqualTo(103);
    backoff.ready();
    assertThat(backoff.failedStarts()).isZero();
  }
}
