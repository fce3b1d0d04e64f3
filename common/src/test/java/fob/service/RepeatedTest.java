package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatedTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Repeated repeated = new Repeated(nanos::get);

  @Test
  void sameTextIsDueOnceAMinute() {
    assertThat(repeated.isDue("away")).isTrue();
    assertThat(repeated.isDue("away")).isFalse();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(repeated.isDue("away")).isFalse();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(repeated.isDue("away")).isTrue();
    assertThat(repeated.isDue("away")).isFalse();
  }

  @Test
  void newTextIsDueAtOnce() {
    assertThat(repeated.isDue("away")).isTrue();
    assertThat(repeated.isDue("refused")).isTrue();
  }

  @Test
  void whatIsOverIsDueAgainWhenItComesBack() {
    repeated.isDue("away");
    assertThat(repeated.isOver()).isTrue();
    assertThat(repeated.isOver()).isFalse();
    assertThat(repeated.isDue("away")).isTrue();
  }
}
