package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopsTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger processEnds = new AtomicInteger();
  private final Loops loops = new Loops(nanos::get, processEnds::incrementAndGet);
  private final Loop loop = loops.loop("birds", Duration.ofSeconds(10));
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void end() {
    end.countDown();
    loop.end(SOON);
  }

  private void succeedUntilTheEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void loopThatSucceedsInTimeIsNotStuck() {
    // Given
    loop.start(this::succeedUntilTheEnd);
    pass(9);

    // When
    loop.succeeded();
    pass(9);

    // Then
    assertThat(loops.stuck()).isEmpty();
  }

  @Test
  void loopThatDoesNotSucceedIsNamed() {
    // Given
    loop.start(this::succeedUntilTheEnd);

    // When
    pass(11);

    // Then
    assertThat(loops.stuck()).containsExactly("the loop 'birds' has not worked for 11 s");
  }

  @Test
  void loopThatFailsInEachIterationIsNamedWithItsReason() {
    // Given
    loop.start(this::succeedUntilTheEnd);
    pass(6);

    // When
    loop.failed("no such topic");
    pass(6);

    // Then
    assertThat(loops.stuck())
        .containsExactly("the loop 'birds' has not worked for 12 s: no such topic");

    // When
    loop.succeeded();

    // Then
    assertThat(loops.stuck()).isEmpty();
  }

  @Test
  void loopThatWasNotStartedOrHasEndedIsNotStuck() {
    // When
    pass(100);

    // Then
    assertThat(loops.stuck()).isEmpty();

    // When
    loop.start(() -> {});
    loop.end(SOON);
    pass(100);

    // Then
    assertThat(loops.stuck()).isEmpty();
    assertThat(processEnds).hasValue(0);
  }

  @Test
  void loopThatFailsAltogetherEndsTheProcess() {
    // When
    loop.start(() -> {
      throw new IllegalStateException("on purpose");
    });

    // Then
    await().until(() -> processEnds.get() == 1);
  }

  @Test
  void loopThatEndsByAnErrorEndsTheProcessAlsoWhenItWasToEnd() {
    // When
    loop.startVirtual(() -> {
      succeedUntilTheEnd();
      throw new StackOverflowError("on purpose");
    });
    Thread.ofVirtual().start(() -> loop.end(SOON));
    end.countDown();

    // Then
    await().until(() -> processEnds.get() == 1);
  }

  @Test
  void loopThatFailsAfterItWasToldToEndEndsNothingElse() {
    // Given
    loop.start(() -> {
      succeedUntilTheEnd();
      throw new IllegalStateException("on purpose");
    });

    // When
    Thread ending = Thread.ofVirtual().start(() -> loop.end(SOON));
    await().until(() -> ending.getState() == Thread.State.TIMED_WAITING);
    end.countDown();
    loop.end(SOON);

    // Then
    assertThat(processEnds).hasValue(0);
  }

  @Test
  void interruptEndsALoopThatWaits() {
    // Given
    loop.startVirtual(this::succeedUntilTheEnd);

    // When
    loop.interrupt(SOON);

    // Then
    pass(100);
    assertThat(loops.stuck()).isEmpty();
    assertThat(end.getCount()).isOne();
  }

  @Test
  void threadThatWaitsForTasksIsStuckOnlyWhileOneRuns() throws InterruptedException {
    // Given
    CountDownLatch begun = new CountDownLatch(1);
    loop.perform(() -> {});
    pass(100);
    assertThat(loops.stuck()).isEmpty();

    // When
    Thread thread =
        Thread.ofVirtual()
            .start(() ->
                loop.perform(() -> {
                  begun.countDown();
                  succeedUntilTheEnd();
                }));
    begun.await();
    pass(11);

    // Then
    assertThat(loops.stuck()).hasSize(1);
    end.countDown();
    thread.join();
    assertThat(loops.stuck()).isEmpty();
  }

  @Test
  void taskThatFailsEndsNothingButAnErrorEndsTheProcess() {
    loop.perform(() -> {
      throw new IllegalStateException("on purpose");
    });
    assertThat(processEnds).hasValue(0);

    loop.perform(() -> {
      throw new StackOverflowError("on purpose");
    });
    assertThat(processEnds).hasValue(1);
  }

  @Test
  void allStuckLoopsAreNamed() {
    // Given
    Loop other = loops.loop("bees", Duration.ofSeconds(20));
    loop.start(this::succeedUntilTheEnd);
    other.start(this::succeedUntilTheEnd);

    // When
    pass(19);

    // Then
    assertThat(loops.problem()).contains("the loop 'birds' has not worked for 19 s");

    // When
    pass(2);

    // Then
    assertThat(loops.problem())
        .contains(
            "the loop 'birds' has not worked for 21 s; the loop 'bees' has not worked for 21 s");
  }

  @Test
  void timerGoesOnAfterATaskThatThrows() throws Exception {
    // Given
    ScheduledExecutorService timer = loops.timer("clock");
    CountDownLatch third = new CountDownLatch(3);

    // When
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              third.countDown();
              throw new IllegalStateException("on purpose");
            },
            0,
            1,
            TimeUnit.MILLISECONDS);

    // Then
    assertThat(third.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    timer.shutdownNow();
    assertThat(processEnds).hasValue(0);
  }

  @Test
  void timerWhoseTaskHangsIsNamedUntilTheTaskHasEnded() throws Exception {
    // Given
    ScheduledExecutorService timer = loops.timer("clock");
    CountDownLatch begun = new CountDownLatch(1);
    timer.execute(() -> {
      begun.countDown();
      succeedUntilTheEnd();
    });
    assertThat(begun.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

    // When
    pass(16);

    // Then
    assertThat(loops.stuck()).containsExactly("the loop 'clock' has not worked for 16 s");

    // When
    end.countDown();

    // Then
    await().untilAsserted(() -> assertThat(loops.stuck()).isEmpty());
    timer.shutdownNow();
  }

  @Test
  void timerWhoseTaskEndsByAnErrorEndsTheProcess() {
    // Given
    ScheduledExecutorService timer = loops.timer("clock");

    // When
    timer.execute(() -> {
      throw new NoClassDefFoundError("on purpose");
    });

    // Then
    await().until(() -> processEnds.get() == 1);
    timer.shutdownNow();
  }

  @Test
  void timerThatHasEndedTakesNoTaskAndDoesNotComplain() {
    // Given
    ScheduledExecutorService timer = loops.timer("clock");
    timer.shutdownNow();

    // When
    timer.execute(processEnds::incrementAndGet);

    // Then
    assertThat(timer.isTerminated()).isTrue();
    assertThat(processEnds).hasValue(0);
  }
}
