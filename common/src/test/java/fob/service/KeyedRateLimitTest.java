package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeyedRateLimitTest {

  private final AtomicLong nanos = new AtomicLong();
  private final KeyedRateLimit rateLimit = new KeyedRateLimit(Duration.ofSeconds(1), nanos::get);

  @Test
  void eachKeyIsPermittedOncePerPeriod() {
    // Given
    assertThat(rateLimit.tryAcquire("a")).isTrue();
    assertThat(rateLimit.tryAcquire("a")).isFalse();
    assertThat(rateLimit.tryAcquire("b")).isTrue();

    // When
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    // Then
    assertThat(rateLimit.tryAcquire("a")).isTrue();
    assertThat(rateLimit.tryAcquire("a")).isFalse();
  }

  @Test
  void keyThatWasPermittedLongestAgoIsForgottenFirst() {
    // Given
    for (int i = 0; i < 1_001; i++) {
      assertThat(rateLimit.tryAcquire("key " + i)).isTrue();
    }

    // When / Then
    assertThat(rateLimit.tryAcquire("key 1")).isFalse();
    assertThat(rateLimit.tryAcquire("key 0")).isTrue();
  }
}
