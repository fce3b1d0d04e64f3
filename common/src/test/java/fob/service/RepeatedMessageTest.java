package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatedMessageTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final RepeatedMessage message = new RepeatedMessage(nanos::get);

  @Test
  void sameTextIsLoggedOncePerMinute() {
    assertThat(message.shouldLog("away")).isTrue();
    assertThat(message.shouldLog("away")).isFalse();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(message.shouldLog("away")).isFalse();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(message.shouldLog("away")).isTrue();
    assertThat(message.shouldLog("away")).isFalse();
  }

  @Test
  void newTextIsLoggedAtOnce() {
    assertThat(message.shouldLog("away")).isTrue();
    assertThat(message.shouldLog("refused")).isTrue();
  }

  @Test
  void clearedTextIsLoggedAgainWhenItComesBack() {
    message.shouldLog("away");
    assertThat(message.clear()).isTrue();
    assertThat(message.clear()).isFalse();
    assertThat(message.shouldLog("away")).isTrue();
  }
}
