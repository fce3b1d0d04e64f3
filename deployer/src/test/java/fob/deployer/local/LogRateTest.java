package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogRateTest {

  private static final int PIECE = 8192;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LogRate rate = new LogRate(0);

  /** Offers so many bytes at one time, and returns how many were taken. */
  private long offer(int bytes, long nowNanos) {
    long taken = 0;
    for (int offered = 0; offered < bytes; offered += PIECE) {
      taken += rate.takes(PIECE, nowNanos) ? PIECE : 0;
    }
    return taken;
  }

  @Test
  void aBurstIsTakenAndTheRestIsCounted() {
    assertThat(offer(3 * LogRate.BURST, 0)).isEqualTo(LogRate.BURST);
    assertThat(rate.takeLeftOut()).isEqualTo(2L * LogRate.BURST);
    assertThat(rate.takeLeftOut()).isZero();
  }

  @Test
  void inAFloodSoMuchIsTakenEachSecond() {
    // Given
    offer(3 * LogRate.BURST, 0);

    // When
    long taken = 0;
    for (int tenth = 1; tenth <= 100; tenth++) {
      taken += offer(4 * LogRate.RATE, tenth * SECOND / 10);
    }

    // Then
    assertThat(taken).isBetween(9L * LogRate.RATE, 10L * LogRate.RATE);
  }

  @Test
  void aBurstIsFreeAgainAfterAPause() {
    offer(3 * LogRate.BURST, 0);
    assertThat(offer(LogRate.BURST, 100 * SECOND)).isEqualTo(LogRate.BURST);
  }
}
