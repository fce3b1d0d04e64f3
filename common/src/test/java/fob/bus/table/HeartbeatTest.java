package fob.bus.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private long now = 5_000_000_000L;
  private final Heartbeat heartbeat = new Heartbeat(() -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void nobodyVouchesOnABusThatHasNeverHadADeployer() {
    assertThat(heartbeat.problem()).contains("no deployer has run on this bus yet");
  }

  @Test
  void aRowThatWasThereBeforeIsNoSignOfLife() {
    // When
    heartbeat.heard(AT, false);

    // Then
    assertThat(heartbeat.problem()).contains("no active deployer has been heard of for 0 s");
    assertThat(heartbeat.isSilent()).isFalse();
    pass(Heartbeat.STALE);
    assertThat(heartbeat.isSilent()).isTrue();
  }

  @Test
  void aNewRowVouchesUntilItIsStale() {
    // Given
    heartbeat.heard(AT, false);
    heartbeat.heard(AT.plusSeconds(3), true);

    // When
    pass(Heartbeat.STALE.minusNanos(1));

    // Then
    assertThat(heartbeat.problem()).isEmpty();
    pass(Duration.ofSeconds(5));
    assertThat(heartbeat.problem()).contains("no active deployer has been heard of for 14 s");
  }

  @Test
  void theDeployersClockDoesNotMatter() {
    // When
    heartbeat.heard(Instant.EPOCH, true);

    // Then
    assertThat(heartbeat.problem()).isEmpty();
    heartbeat.heard(AT.minus(Duration.ofDays(400)), true);
    pass(Duration.ofSeconds(9));
    assertThat(heartbeat.problem()).isEmpty();
  }

  @Test
  void aRowThatIsReadAgainIsNoSignOfLife() {
    // Given
    heartbeat.heard(AT, true);
    pass(Duration.ofSeconds(11));

    // When
    heartbeat.heard(AT, true);

    // Then
    assertThat(heartbeat.problem()).contains("no active deployer has been heard of for 11 s");
  }
}
