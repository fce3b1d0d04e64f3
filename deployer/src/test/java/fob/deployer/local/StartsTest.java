package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.local.Starts.Urgency;
import fob.function.FunctionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StartsTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final FunctionId A = FunctionId.random();
  private static final FunctionId B = FunctionId.random();
  private static final FunctionId C = FunctionId.random();

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private Starts starts(int atOnce) {
    return new Starts(atOnce, LONG, timer);
  }

  private static List<Starts.Turn> ask(Starts starts, FunctionId function, int times) {
    List<Starts.Turn> turns = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      turns.add(starts.ask(function, Urgency.NEW));
    }
    return turns;
  }

  @Test
  void noMoreStartAtOnceThanAllowedAndTheNextOneWhenOneIsThrough() {
    // Given
    Starts starts = starts(2);

    // When
    List<Starts.Turn> turns = ask(starts, A, 3);

    // Then
    assertThat(turns).extracting(Starts.Turn::isHeld).containsExactly(true, true, false);
    turns.getFirst().close();
    turns.getFirst().close();
    assertThat(turns).extracting(Starts.Turn::isHeld).containsExactly(false, true, true);
  }

  @Test
  void functionWithManyInstancesLeavesTurnsToOthers() {
    // Given
    Starts starts = starts(2);
    List<Starts.Turn> many = ask(starts, A, 10);
    Starts.Turn b = starts.ask(B, Urgency.NEW);
    Starts.Turn c = starts.ask(C, Urgency.NEW);

    // When
    many.getFirst().close();

    // Then
    assertThat(b.isHeld()).isTrue();
    many.get(1).close();
    assertThat(c.isHeld()).isTrue();
    b.close();
    assertThat(many.get(2).isHeld()).isTrue();
  }

  @Test
  void spareStartWaitsUntilNoOtherHasATurnAndTakesNoneAway() {
    // Given
    Starts starts = starts(1);
    Starts.Turn a = starts.ask(A, Urgency.NEW);
    Starts.Turn b = starts.ask(B, Urgency.FAILED_BEFORE);
    Starts.Turn spare = starts.ask(C, Urgency.SPARE);
    Starts.Turn next = starts.ask(C, Urgency.SPARE);

    // When
    a.close();

    // Then
    assertThat(List.of(b.isHeld(), spare.isHeld())).containsExactly(true, false);
    b.close();
    assertThat(List.of(spare.isHeld(), next.isHeld())).containsExactly(true, false);
    Starts.Turn late = starts.ask(A, Urgency.NEW);
    assertThat(late.isHeld()).isTrue();
    spare.close();
    assertThat(next.isHeld()).isFalse();
    late.close();
    assertThat(next.isHeld()).isTrue();
  }

  @Test
  void withOneTurnAtATimeFunctionsTakeTurnsToo() {
    // Given
    Starts starts = starts(1);
    List<Starts.Turn> many = ask(starts, A, 10);
    Starts.Turn b = starts.ask(B, Urgency.NEW);

    // When
    many.getFirst().close();

    // Then
    assertThat(b.isHeld()).isTrue();
  }

  @Test
  void whatServedBeforeComesFirstAndWhatFailedLast() {
    // Given
    Starts starts = starts(1);
    Starts.Turn running = starts.ask(FunctionId.random(), Urgency.NEW);
    Starts.Turn failed = starts.ask(A, Urgency.FAILED_BEFORE);
    Starts.Turn isNew = starts.ask(B, Urgency.NEW);
    Starts.Turn served = starts.ask(C, Urgency.SERVED_BEFORE);

    // When / Then
    running.close();
    assertThat(served.isHeld()).isTrue();
    served.close();
    assertThat(isNew.isHeld()).isTrue();
    isNew.close();
    assertThat(failed.isHeld()).isTrue();
  }

  @Test
  void turnThatIsNotGivenBackEndsByItself() throws InterruptedException {
    // Given
    Starts starts = new Starts(1, Duration.ofMillis(50), timer);
    Starts.Turn hangs = starts.ask(A, Urgency.NEW);
    Starts.Turn next = starts.ask(B, Urgency.NEW);

    // When
    next.await();

    // Then
    assertThat(hangs.isHeld()).isFalse();
  }

  @Test
  void whoStopsAskingWaitsNoLongerAndGetsNoTurn() throws InterruptedException {
    // Given
    Starts starts = starts(1);
    Starts.Turn running = starts.ask(A, Urgency.NEW);
    Starts.Turn waiting = starts.ask(B, Urgency.NEW);

    // When
    waiting.close();

    // Then
    waiting.await();
    running.close();
    assertThat(waiting.isHeld()).isFalse();
    assertThat(starts.ask(C, Urgency.NEW).isHeld()).isTrue();
  }
}
