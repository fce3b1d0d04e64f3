package fob.invoker.key;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.KeyClaim;
import fob.service.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClaimTableTest {

  private static final Instant MADE = Instant.parse("2026-01-02T03:04:05.678Z");

  private static final Duration CLOCKS = Duration.ofSeconds(10);

  private final ClaimTable table = new ClaimTable();

  private static KeyClaim claim(int key, int call, Instant made) {
    return new KeyClaim(
        Sha256.of(new byte[] {(byte) key, (byte) (key >> 8), (byte) (key >> 16)}),
        new UUID(7, call),
        -call,
        made);
  }

  private ClaimTable.Claim add(KeyClaim claim) {
    return table.add(Key.of(claim.key()), claim);
  }

  private static ClaimTable.Claim of(int call) {
    return new ClaimTable.Claim(new UUID(7, call), -call, false);
  }

  private static Key key(int key) {
    return Key.of(claim(key, 0, MADE).key());
  }

  @Test
  void theFirstClaimOfAKeyCountsForADay() {
    // Given
    Instant last = MADE.plus(KeyClaim.KEPT).minusMillis(1);
    add(claim(1, 1, MADE));

    // Then
    assertThat(add(claim(1, 2, MADE.plusMillis(1)))).isEqualTo(of(1));
    assertThat(add(claim(1, 3, last))).isEqualTo(of(1));
    assertThat(table.get(key(1), last)).contains(of(1));
    assertThat(table.get(key(1), last.plusMillis(1))).isEmpty();
    assertThat(add(claim(1, 4, last.plusMillis(1)))).isEqualTo(of(4));
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void aKeyThatWasNotClaimedStandsForNothing() {
    add(claim(1, 1, MADE));
    assertThat(table.get(key(2), MADE)).isEmpty();
  }

  @Test
  void aCallHasEndedOnlyIfItsKeyStandsForIt() {
    // Given
    Instant later = MADE.plus(KeyClaim.KEPT);
    add(claim(1, 1, MADE));
    add(claim(2, 2, MADE));

    // When
    table.end(key(1), of(2).call());
    table.end(key(2), of(2).call());
    table.end(key(3), of(3).call());

    // Then
    assertThat(table.get(key(1), MADE)).contains(of(1));
    assertThat(table.get(key(2), MADE)).contains(new ClaimTable.Claim(new UUID(7, 2), -2, true));
    assertThat(table.get(key(3), MADE)).isEmpty();
    assertThat(table.get(key(2), later)).isEmpty();
    assertThat(add(claim(2, 4, later))).isEqualTo(of(4));
  }

  @Test
  void everyKeyIsFoundHoweverManyThereAre() {
    // When
    for (int i = 0; i < 100_000; i++) {
      add(claim(i, i, MADE.plusMillis(i)));
    }

    // Then
    assertThat(table.size()).isEqualTo(100_000);
    for (int i = 0; i < 100_000; i++) {
      assertThat(table.get(key(i), MADE)).contains(of(i));
    }
  }

  @Test
  void aClaimCountsByTheTimesOfTheLogAlsoIfTheClockHereIsAhead() {
    // Given
    add(claim(1, 1, MADE));
    Instant last = MADE.plus(KeyClaim.KEPT).minusMillis(1);

    // When
    table.removeExpired(last.plus(CLOCKS));

    // Then
    assertThat(add(claim(1, 2, last))).isEqualTo(of(1));
  }

  @Test
  void expiredKeysGoAndTheOthersStay() {
    // Given
    for (int i = 0; i < 10_000; i++) {
      add(claim(i, i, MADE.plusMillis(i)));
    }
    Instant later = MADE.plus(KeyClaim.KEPT).plus(CLOCKS).plusMillis(9_989);

    // When
    table.removeExpired(later);

    // Then
    assertThat(table.size()).isEqualTo(10);
    assertThat(table.get(key(9_989), later)).isEmpty();
    for (int i = 9_990; i < 10_000; i++) {
      assertThat(table.get(key(i), MADE.plus(KeyClaim.KEPT))).contains(of(i));
    }
    table.removeExpired(later.plus(Duration.ofSeconds(1)));
    assertThat(table.size()).isZero();
  }
}
