package fob.deployer.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentLocksTest {

  private static final Lock LOCK = new Lock("{}", 1);

  private Instant now = Instant.EPOCH;
  private final RecentLocks locks = new RecentLocks(Duration.ofMinutes(5), () -> now);

  @Test
  void aLockIsGivenOutForSomeTimeAfterItWasChosen() {
    // Given
    locks.add("a", LOCK);

    // Then
    now = now.plusSeconds(299);
    assertThat(locks.find("a")).contains(LOCK);
    assertThat(locks.find("b")).isEmpty();
    now = now.plusSeconds(1);
    assertThat(locks.find("a")).isEmpty();
  }

  @Test
  void aLockThatCannotBeInstalledIsGivenOutNoMore() {
    // Given
    locks.add("a", LOCK);

    // When
    locks.remove("a");

    // Then
    assertThat(locks.find("a")).isEmpty();
  }

  @Test
  void withoutATimeNoLockIsGivenOut() {
    // Given
    RecentLocks none = new RecentLocks(Duration.ZERO, () -> now);

    // When
    none.add("a", LOCK);

    // Then
    assertThat(none.find("a")).isEmpty();
  }

  @Test
  void theOldestLockGoesForANewOneAndALongOneIsNotKept() {
    // When
    for (int i = 0; i < 257; i++) {
      locks.add("key " + i, LOCK);
    }
    locks.add("long", new Lock("x".repeat(64 * 1024 + 1), 1));

    // Then
    assertThat(locks.find("key 0")).isEmpty();
    assertThat(locks.find("key 1")).contains(LOCK);
    assertThat(locks.find("key 256")).contains(LOCK);
    assertThat(locks.find("long")).isEmpty();
  }
}
