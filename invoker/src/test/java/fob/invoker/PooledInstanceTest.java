package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.call.Reply;
import fob.service.Deadlines;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When an instance is reported, and how long it is paused after failures. */
class PooledInstanceTest {

  private static final RunOutcome BROKEN = InstanceFailures.unusable("it broke");

  private final InstanceClient client =
      new InstanceClient(new Deadlines(), Fixtures.instance("one"), 8);
  private final PooledInstance instance = new PooledInstance(Fixtures.instance("one"), client);
  private final long start = System.nanoTime();

  @AfterEach
  void close() {
    client.close();
  }

  private long at(long millis) {
    return start + Duration.ofMillis(millis).toNanos();
  }

  /** Ends a call and returns why the instance should be replaced. */
  private Optional<String> call(RunOutcome outcome, long beganMillis, long endedMillis) {
    instance.takeSlot();
    instance.callEnded(outcome.health(), at(beganMillis), at(endedMillis));
    return instance.reportReason(outcome);
  }

  @Test
  void threeFailuresInARowOverTwoSecondsAreReported() {
    assertThat(call(BROKEN, 0, 100)).isEmpty();
    assertThat(call(BROKEN, 1_000, 1_100)).isEmpty();
    assertThat(call(BROKEN, 2_000, 2_100))
        .hasValueSatisfying(why ->
            assertThat(why).startsWith("3 calls in a row failed, the last one since it broke"));
  }

  @Test
  void twoFailuresAreNotEnoughHoweverLongTheyTake() {
    assertThat(call(BROKEN, 0, 100)).isEmpty();
    assertThat(call(BROKEN, 10_000, 20_000)).isEmpty();
  }

  @Test
  void manyFailuresWithinTwoSecondsAreNotEnough() {
    for (int i = 0; i < 20; i++) {
      assertThat(call(BROKEN, 100L * i, 100L * i + 50)).isEmpty();
    }
    assertThat(call(BROKEN, 2_000, 2_050)).isPresent();
  }

  @Test
  void aServedCallResetsTheCountOfFailures() {
    // Given
    call(BROKEN, 0, 100);
    call(BROKEN, 1_000, 1_100);
    call(
        new RunOutcome.Ended(new Reply.Answered(new byte[0]), InstanceHealth.SERVES), 1_200, 1_300);

    // Then
    assertThat(call(BROKEN, 2_000, 2_100)).isEmpty();
    assertThat(call(BROKEN, 3_200, 3_300)).isEmpty();
    assertThat(call(BROKEN, 4_000, 4_100)).isPresent();
  }

  @Test
  void callsThatFailAtTheSameTimeCountOnce() {
    // Given
    call(BROKEN, 0, 2_500);

    // Then
    assertThat(call(BROKEN, 1, 2_600)).isEmpty();
    assertThat(call(BROKEN, 2, 2_700)).isEmpty();
    assertThat(call(BROKEN, 3, 2_800)).isEmpty();
    assertThat(call(BROKEN, 2_900, 3_000)).isEmpty();
    assertThat(call(BROKEN, 3_100, 3_200)).isPresent();
  }

  @Test
  void anInstanceThatAnswersForAnotherCallIsReportedAtOnce() {
    assertThat(call(InstanceFailures.answerToAnotherCall(true), 0, 10)).isPresent();
  }

  @Test
  void refusalsAreNotCountedAsFailures() {
    for (int i = 0; i < 5; i++) {
      assertThat(
              call(
                  new RunOutcome.NotStarted("busy", InstanceHealth.REFUSES),
                  1_000L * i,
                  1_000L * i + 10))
          .isEmpty();
    }
  }

  @Test
  void thePauseGrowsWithEachFailureUpToASecond() {
    // Given
    Duration last = Duration.ZERO;

    // Then
    for (int i = 0; i < 5; i++) {
      instance.takeSlot();
      Duration pause = instance.callEnded(InstanceHealth.FAILS, at(100L * i), at(100L * i + 50));
      assertThat(pause).isGreaterThan(last);
      last = pause;
    }
    for (int i = 5; i < 30; i++) {
      instance.takeSlot();
      last = instance.callEnded(InstanceHealth.FAILS, at(100L * i), at(100L * i + 50));
    }
    assertThat(last).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aTimeoutIsAFailure() {
    // Given
    RunOutcome late =
        new RunOutcome.Ended(
            Reply.failed(Failure.TIMEOUT, "it took too long"), InstanceHealth.TIMES_OUT);

    // Then
    assertThat(call(late, 0, 1_000)).isEmpty();
    assertThat(call(late, 1_100, 2_100)).isEmpty();
    assertThat(call(late, 2_200, 3_200)).isPresent();
  }
}
