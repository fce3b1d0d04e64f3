package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UncaughtErrorsTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  private final AtomicInteger processEnds = new AtomicInteger();

  private UncaughtErrors handler(boolean endsForExceptions) {
    return new UncaughtErrors(endsForExceptions, processEnds::incrementAndGet);
  }

  private void die(boolean endsForExceptions, Runnable body) throws InterruptedException {
    Thread thread =
        Thread.ofVirtual()
            .name("fob-test")
            .uncaughtExceptionHandler(handler(endsForExceptions))
            .start(body);
    assertThat(thread.join(SOON)).isTrue();
  }

  @Test
  void errorEndsTheProcess() throws Exception {
    // When
    die(
        false,
        () -> {
          throw new NoClassDefFoundError("on purpose");
        });

    // Then
    assertThat(processEnds).hasValue(1);
  }

  @Test
  void exceptionOfAnyThreadIsOnlyLogged() throws Exception {
    // When
    die(
        false,
        () -> {
          throw new IllegalStateException("on purpose");
        });

    // Then
    assertThat(processEnds).hasValue(0);
  }

  @Test
  void exceptionOfAWatchedThreadOfALibraryEndsTheProcess() throws Exception {
    // Given
    CountDownLatch dies = new CountDownLatch(1);
    Runnable body =
        () -> {
          try {
            dies.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new IllegalStateException("on purpose");
        };
    Thread watched = Thread.ofPlatform().name("library-1 | a").start(body);
    Thread other =
        Thread.ofPlatform().name("other").uncaughtExceptionHandler((_, _) -> {}).start(body);

    // When
    UncaughtErrors.watch("library-1", handler(true));
    dies.countDown();

    // Then
    assertThat(watched.join(SOON)).isTrue();
    assertThat(other.join(SOON)).isTrue();
    assertThat(processEnds).hasValue(1);
  }
}
