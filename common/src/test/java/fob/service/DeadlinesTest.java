package fob.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private static final Duration NEVER = Duration.ofHours(1);

  private final Deadlines deadlines = new Deadlines();

  @Test
  void theActionRunsWhenTheTimeHasPassedAndNotBefore() throws Exception {
    // Given
    long start = System.nanoTime();
    CompletableFuture<Long> passed = new CompletableFuture<>();

    // When
    deadlines.after(Duration.ofMillis(50), () -> passed.complete(System.nanoTime() - start));

    // Then
    assertThat(Duration.ofNanos(passed.get(10, TimeUnit.SECONDS)))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));
  }

  @Test
  void anEarlierDeadlineIsKeptAlthoughTheTimerIsSetForALaterOne() throws Exception {
    // Given
    List<String> passed = new CopyOnWriteArrayList<>();
    CountDownLatch both = new CountDownLatch(2);
    deadlines.after(NEVER, () -> passed.add("never"));

    // When
    deadlines.after(
        Duration.ofMillis(150),
        () -> {
          passed.add("second");
          both.countDown();
        });
    deadlines.after(
        Duration.ofMillis(30),
        () -> {
          passed.add("first");
          both.countDown();
        });

    // Then
    assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(passed).containsExactly("first", "second");
  }

  @Test
  void aCancelledDeadlineDoesNotPass() throws Exception {
    // Given
    AtomicInteger passed = new AtomicInteger();
    CountDownLatch later = new CountDownLatch(1);
    Deadlines.Deadline cancelled = deadlines.after(Duration.ofMillis(30), passed::incrementAndGet);

    // When
    boolean wasOpen = cancelled.cancel();
    deadlines.after(Duration.ofMillis(60), later::countDown);

    // Then
    assertThat(wasOpen).isTrue();
    assertThat(cancelled.cancel()).isFalse();
    assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(passed).hasValue(0);
  }

  @Test
  void aDeadlineThatHasPassedCannotBeCancelled() {
    // Given
    CompletableFuture<Boolean> passed = new CompletableFuture<>();

    // When
    Deadlines.Deadline deadline = deadlines.after(Duration.ZERO, () -> passed.complete(true));

    // Then
    await().until(passed::isDone);
    assertThat(deadline.cancel()).isFalse();
  }

  @Test
  void aFutureIsAwaitedUntilItIsDoneInWhateverWay() throws Exception {
    // Given
    CompletableFuture<String> done = CompletableFuture.completedFuture("x");
    CompletableFuture<String> failed = new CompletableFuture<>();
    CompletableFuture<String> cancelled = new CompletableFuture<>();

    // When
    deadlines.after(Duration.ofMillis(20), () -> failed.completeExceptionally(new Exception("x")));
    deadlines.after(Duration.ofMillis(20), () -> cancelled.cancel(false));

    // Then
    assertThat(deadlines.await(done, Duration.ZERO)).isTrue();
    assertThat(deadlines.await(failed, NEVER)).isTrue();
    assertThat(deadlines.await(cancelled, NEVER)).isTrue();
  }

  @Test
  void theWaitForAFutureEndsAfterTheGivenTimeAndLeavesTheFutureAsItIs() throws Exception {
    // Given
    CompletableFuture<String> open = new CompletableFuture<>();
    long start = System.nanoTime();

    // When
    boolean isDone = deadlines.await(open, Duration.ofMillis(50));

    // Then
    assertThat(isDone).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));
    assertThat(open).isNotDone();
    assertThat(deadlines.await(open, Duration.ofMillis(-1))).isFalse();
  }

  @Test
  void theWaitForAFutureEndsWhenTheThreadIsInterrupted() throws Exception {
    // Given
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                interrupted.complete(deadlines.await(new CompletableFuture<>(), NEVER));
              } catch (InterruptedException e) {
                interrupted.completeExceptionally(e);
              }
            });

    // When
    waiting.interrupt();

    // Then
    assertThat(deadlines.await(interrupted, Duration.ofSeconds(10))).isTrue();
    assertThat(interrupted.exceptionNow()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aFailingActionKeepsNoOtherFromRunning() throws Exception {
    // Given
    CountDownLatch others = new CountDownLatch(2);

    // When
    deadlines.after(Duration.ofMillis(20), others::countDown);
    deadlines.after(
        Duration.ofMillis(20),
        () -> {
          throw new IllegalStateException("thrown by a test");
        });
    deadlines.after(Duration.ofMillis(20), others::countDown);

    // Then
    assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void eachOfManyDeadlinesIsEitherCancelledOrPasses() throws Exception {
    // Given
    int threads = 8;
    int each = 2_000;
    AtomicInteger passed = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(threads);

    // When
    IntStream.range(0, threads)
        .forEach(thread ->
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < each; i++) {
                    Deadlines.Deadline deadline =
                        deadlines.after(
                            Duration.ofMillis((thread * 31 + i) % 50), passed::incrementAndGet);
                    if (i % 3 == 0 && deadline.cancel()) {
                      cancelled.incrementAndGet();
                    }
                  }
                  ended.countDown();
                }));

    // Then
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    await().until(() -> passed.get() + cancelled.get() == threads * each);
    assertThat(cancelled.get()).isPositive();
  }
}
