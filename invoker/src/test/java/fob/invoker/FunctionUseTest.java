package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Limits;
import fob.metrics.FunctionCalls;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class FunctionUseTest {

  private static final Duration IDLE = Duration.ofSeconds(40);
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final FunctionStatus READY = new FunctionStatus.Deploying("as good as ready");

  /** A task that was given to {@code later}. */
  private record Later(Duration delay, Runnable task) {}

  private final Queue<Later> timers = new ArrayDeque<>();
  private int reports;
  private final FunctionUse use =
      new FunctionUse(
          FunctionCalls.unread(),
          () -> reports++,
          (delay, task) -> timers.add(new Later(delay, task)));

  private void update(FunctionStatus status, Duration idle) {
    Limits limits = new Limits(Duration.ofSeconds(30), 8, 128, 1, false, 1000, 1, idle);
    FunctionState state = Fixtures.state(status, limits);
    use.update(Optional.of(state));
  }

  /** Lets the next timer ring, and returns its delay. */
  private Duration ring() {
    Later next = timers.remove();
    next.task().run();
    return next.delay();
  }

  @Test
  void aFunctionThatNeverBecomesIdleIsNotReported() {
    // Given
    use.update(Optional.of(Fixtures.deploying("as good as ready")));

    // When
    use.begin().close();

    // Then
    assertThat(reports).isZero();
    assertThat(timers).isEmpty();
  }

  @Test
  void aCallIsReportedWhenItComesAndWhenItHasEndedAndThenNothingMoreRuns() {
    // Given
    update(READY, IDLE);

    // When
    use.begin().close();

    // Then
    assertThat(reports).isEqualTo(1);
    assertThat(ring()).isEqualTo(PERIOD);
    assertThat(reports).isEqualTo(2);
    ring();
    assertThat(reports).isEqualTo(2);
    assertThat(timers).isEmpty();
  }

  @Test
  void aFunctionThatIsToBecomeIdleSoonerIsReportedMoreOftenAtOnce() {
    // Given
    update(READY, IDLE);
    use.begin().close();
    assertThat(reports).isEqualTo(1);

    // When
    update(READY, IDLE.dividedBy(8));
    FunctionUse call = use.begin();

    // Then
    assertThat(reports).isEqualTo(2);
    assertThat(ring()).as("the look that came too late does nothing").isEqualTo(PERIOD);
    assertThat(reports).isEqualTo(2);
    assertThat(ring()).isEqualTo(PERIOD.dividedBy(8));
    assertThat(reports).isEqualTo(3);
    call.close();
  }

  @Test
  void aLongCallIsReportedAgainAndAgain() {
    // Given
    update(READY, IDLE);
    FunctionUse call = use.begin();

    // When
    for (int i = 0; i < 10; i++) {
      ring();
    }

    // Then
    assertThat(reports).isEqualTo(11);
    call.close();
    ring();
    assertThat(reports).isEqualTo(12);
    ring();
    assertThat(timers).isEmpty();
  }

  @Test
  void manyCallsAreReportedOnceEachPeriod() {
    // Given
    update(READY, IDLE);

    // When
    for (int i = 0; i < 1_000; i++) {
      use.begin().close();
    }

    // Then
    assertThat(reports).isEqualTo(1);
    assertThat(timers).hasSize(1);
  }

  @Test
  void aCallOfAnIdleFunctionIsReportedEverySecondUntilTheFunctionStarts() {
    // Given
    update(new FunctionStatus.Idle(), IDLE);

    // When
    FunctionUse first = use.begin();
    FunctionUse second = use.begin();

    // Then
    assertThat(reports).isEqualTo(1);
    assertThat(ring()).isEqualTo(FunctionUse.WAKE_EVERY);
    assertThat(reports).isEqualTo(2);
    update(READY, IDLE);
    assertThat(reports).isEqualTo(3);
    first.close();
    second.close();
    ring();
    assertThat(reports).isEqualTo(3);
  }

  @Test
  void aFunctionThatBecomesIdleWhileACallRunsIsReportedAtOnce() {
    // Given
    update(READY, IDLE);
    FunctionUse call = use.begin();
    reports = 0;

    // When
    update(new FunctionStatus.Idle(), IDLE);

    // Then
    assertThat(reports).isEqualTo(1);
    call.close();
  }

  @Test
  void aCallThatCameBeforeItsFunctionWasKnownIsReportedOnceItIs() {
    // Given
    FunctionUse call = use.begin();
    assertThat(reports).isZero();

    // When
    update(READY, IDLE);

    // Then
    assertThat(reports).isEqualTo(1);
    call.close();
  }

  @Test
  void aRemovedFunctionIsNotReportedAnyMore() {
    // Given
    update(READY, IDLE);
    FunctionUse call = use.begin();

    // When
    use.update(Optional.empty());
    ring();
    call.close();

    // Then
    assertThat(reports).isEqualTo(1);
    assertThat(timers).isEmpty();
  }
}
