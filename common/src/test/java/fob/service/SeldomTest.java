package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeldomTest {

  private final AtomicLong nanos = new AtomicLong();
  private final Seldom seldom = new Seldom(Duration.ofSeconds(1), nanos::get);

  @Test
  void eachKeyHasItsTimeOnceAPeriod() {
    // Given
    assertThat(seldom.isTime("a")).isTrue();
    assertThat(seldom.isTime("a")).isFalse();
    assertThat(seldom.isTime("b")).isTrue();

    // When
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    // Then
    assertThat(seldom.isTime("a")).isTrue();
    assertThat(seldom.isTime("a")).isFalse();
  }

  @Test
  void theKeyThatWasUsedLongestAgoIsForgottenFirst() {
    // Given
    for (int i = 0; i < 1_001; i++) {
      assertThat(seldom.isTime("key " + i)).isTrue();
    }

    // When / Then
    assertThat(seldom.isTime("key 1")).isFalse();
    assertThat(seldom.isTime("key 0")).isTrue();
  }
}
