package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  /** A call of a caller that counts. */
  @FunctionalInterface
  private interface Call {
    void make() throws Exception;
  }

  private WarmUp.Caller caller(Call call) {
    return new WarmUp.Caller() {
      @Override
      public void call() throws Exception {
        calls.incrementAndGet();
        call.make();
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    };
  }

  private WarmUp start(WarmUp.When when, Duration atMost, Call call) {
    return WarmUp.start(when, atMost, BooleanSupplier::getAsBoolean, () -> caller(call));
  }

  private WarmUp start(Call call) {
    return start(WarmUp.When.BEFORE_READY, LONG, call);
  }

  private void awaitEnd(WarmUp warmUp) {
    await().until(() -> !warmUp.isRunning() && closed.get() == 1);
    assertThat(warmUp.unready()).isEmpty();
  }

  @Test
  void nobodyWaitsForItIfTheServiceMayNotWait() throws InterruptedException {
    // Given
    CountDownLatch never = new CountDownLatch(1);
    WarmUp warmUp = start(WarmUp.When.BEFORE_READY, Duration.ofMinutes(1), never::await);
    AtomicInteger asked = new AtomicInteger();

    // When
    warmUp.awaitReady(() -> asked.incrementAndGet() < 2);

    // Then
    assertThat(asked).hasValue(2);
    assertThat(warmUp.isRunning()).isTrue();
    warmUp.stop();
    never.countDown();
  }

  @Test
  void itMakesSoManyCallsAndEnds() throws InterruptedException {
    // When
    WarmUp warmUp = start(() -> {});
    warmUp.awaitReady(() -> true);

    // Then
    assertThat(calls).hasValue(WarmUp.MOST_CALLS);
    awaitEnd(warmUp);
  }

  @Test
  void theServiceIsNotReadyUntilItIsStoppedAndThenNoFurtherCallBegins() throws Exception {
    // Given
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    WarmUp warmUp =
        start(() -> {
          called.countDown();
          goOn.await();
        });
    called.await();
    assertThat(warmUp.unready()).hasValueSatisfying(why -> assertThat(why).contains("warms up"));

    // When
    warmUp.stop();

    // Then
    assertThat(warmUp.isRunning()).isFalse();
    assertThat(warmUp.unready()).isEmpty();
    goOn.countDown();
    awaitEnd(warmUp);
    assertThat(calls).hasValue(1);
  }

  @Test
  void aCallThatHangsKeepsTheServiceFromBeingReadyOnlyForTheTimeAllowed() throws Exception {
    // Given
    CountDownLatch never = new CountDownLatch(1);
    Duration allowed = Duration.ofMillis(100);
    long start = System.nanoTime();

    // When
    WarmUp warmUp = start(WarmUp.When.BEFORE_READY, allowed, never::await);
    warmUp.awaitReady(() -> true);

    // Then
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(allowed);
    await().until(() -> !warmUp.isRunning());
    assertThat(warmUp.unready()).isEmpty();
    never.countDown();
    awaitEnd(warmUp);
  }

  @Test
  void aCallThatFailsEndsIt() {
    // When
    WarmUp warmUp =
        start(() -> {
          if (calls.get() == 3) {
            throw new IOException("no broker");
          }
        });

    // Then
    awaitEnd(warmUp);
    assertThat(calls).hasValue(3);
  }

  @Test
  void whatCannotBeOpenedEndsIt() {
    // When
    WarmUp warmUp =
        WarmUp.start(
            WarmUp.When.BEFORE_READY,
            () -> {
              throw new IllegalStateException("no topic");
            });

    // Then
    await().until(() -> !warmUp.isRunning());
    assertThat(warmUp.unready()).isEmpty();
  }

  @Test
  void aServiceThatWarmsUpWhenTheMachineIsIdleIsReadyMeanwhile() throws Exception {
    // Given
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);

    // When
    WarmUp warmUp =
        start(
            WarmUp.When.WHEN_IDLE,
            LONG,
            () -> {
              called.countDown();
              goOn.await();
            });
    called.await();

    // Then
    assertThat(warmUp.isRunning()).isTrue();
    assertThat(warmUp.unready()).isEmpty();
    warmUp.awaitReady(() -> true);
    warmUp.stop();
    goOn.countDown();
    awaitEnd(warmUp);
  }

  @Test
  void itIsOnUnlessTheSettingSaysNo() throws ConfigurationException {
    Env env = new Env(Map.of("FOB_WARM_UP", "false"));
    assertThat(WarmUp.When.from(env)).isEqualTo(WarmUp.When.NEVER);
    env.requireNoProblems();
    assertThat(WarmUp.When.from(new Env(Map.of()))).isEqualTo(WarmUp.When.BEFORE_READY);
  }
}
