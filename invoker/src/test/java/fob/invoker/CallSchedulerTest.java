package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.service.Deadlines;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CallSchedulerTest {

  private static final int MAX_WAITING = 1;

  private final Deadlines deadlines = new Deadlines();
  private final BlockingQueue<Runnable> asked = new LinkedBlockingQueue<>();
  private final CallScheduler scheduler =
      new CallScheduler(
          new InstancePool(
              new OwnedParts(1)::of,
              (instance, state) ->
                  new InstanceClient(deadlines, instance, state.spec().limits().concurrency())),
          new AsyncLimit(() -> 0, System::nanoTime, 1_000),
          deadlines,
          MAX_WAITING,
          asked::add);

  /** Waits until the scheduler wants to keep its bound, and lets it. */
  private void keepBound() throws InterruptedException {
    Runnable bound = asked.poll(10, TimeUnit.SECONDS);
    assertThat(bound).as("what the scheduler asked for").isNotNull();
    bound.run();
  }

  private List<WaitQueue.WaitingCall> add(int calls) {
    Priority priority = new Priority(CallKind.ASYNC, Instant.EPOCH);
    return Stream.generate(() -> scheduler.add(priority)).limit(calls).toList();
  }

  private static List<Boolean> done(List<WaitQueue.WaitingCall> calls) {
    return calls.stream().map(call -> call.admission.isDone()).toList();
  }

  @Test
  void asynchronousCallsOverTheBoundWaitUntilItIsKeptAndTheLastOnesAreRefused() throws Exception {
    // Given
    scheduler.update(Optional.of(Fixtures.deploying("starting")));
    List<WaitQueue.WaitingCall> calls = add(3);
    List<Boolean> before = done(calls);

    // When
    keepBound();

    // Then
    assertThat(before).containsExactly(false, false, false);
    assertThat(done(calls)).containsExactly(false, true, true);
    assertThat(calls.getLast().admission.join())
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> assertThat(refused.reply().failure()).isEqualTo(Failure.OVERLOADED));
  }

  @Test
  void anAsynchronousCallOverTheBoundRunsIfAnInstanceIsFreeBeforeItIsKept() throws Exception {
    // Given
    scheduler.update(Optional.of(Fixtures.deploying("starting")));
    List<WaitQueue.WaitingCall> calls = add(3);

    // When
    scheduler.update(Optional.of(Fixtures.ready(3, Fixtures.instance("a"))));
    keepBound();

    // Then
    assertThat(calls)
        .allSatisfy(
            call -> assertThat(call.admission.join()).isInstanceOf(Admission.Granted.class));
  }

  @Test
  void theBoundIsKeptAgainWhileMoreCallsWaitThanAreRefusedAtOnce() throws Exception {
    // Given
    scheduler.update(Optional.of(Fixtures.deploying("starting")));
    List<WaitQueue.WaitingCall> calls = add(MAX_WAITING + 41);

    // When
    keepBound();
    boolean wasKept = calls.get(MAX_WAITING).admission.isDone();
    keepBound();

    // Then
    assertThat(wasKept).isFalse();
    assertThat(calls.getFirst().admission).isNotDone();
    assertThat(calls.stream().skip(1)).allMatch(call -> call.admission.isDone());
  }
}
