package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AsyncLimitTest {

  private static final int CORES = 4;

  private final AtomicLong nanos = new AtomicLong();
  private volatile double load;
  private final AsyncLimit limit = new AsyncLimit(() -> load, nanos::get, CORES);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private int begin(int times) {
    int begun = 0;
    for (int i = 0; i < times; i++) {
      begun += limit.tryStart(() -> {}) ? 1 : 0;
    }
    return begun;
  }

  @Test
  void withoutSynchronousCallsThereIsNoBound() {
    // Given
    load = 1;
    limit.adapt();

    // When
    int begun = begin(1_000);

    // Then
    assertThat(begun).isEqualTo(1_000);
  }

  @Test
  void theFirstSynchronousCallLowersTheBoundToTheNumberOfCores() {
    // When
    limit.syncSeen();

    // Then
    assertThat(limit.limit()).isEqualTo(CORES);
  }

  @Test
  void onABusyMachineTheBoundFallsToOne() {
    // Given
    limit.syncSeen();
    begin(CORES);
    load = 0.9;

    // When
    limit.adapt();

    // Then
    assertThat(limit.limit()).isEqualTo(3);
    for (int i = 0; i < 20; i++) {
      limit.adapt();
    }
    assertThat(limit.limit()).isEqualTo(1);
  }

  @Test
  void onAnIdleMachineTheBoundRises() {
    // Given
    limit.syncSeen();
    load = 0.1;

    // When
    for (int i = 0; i < 20; i++) {
      limit.adapt();
    }

    // Then
    assertThat(limit.limit()).isGreaterThan(2 * CORES);
  }

  @Test
  void theBoundIsLiftedAfterTwoSecondsWithoutSynchronousCalls() {
    // Given
    limit.syncSeen();

    // When
    pass(Duration.ofSeconds(2));
    limit.adapt();

    // Then
    assertThat(limit.limit()).isGreaterThan(1_000);
  }

  @Test
  void aRefusedLaneAsksAgainWhenACallHasEnded() {
    // Given
    limit.syncSeen();
    begin(CORES);
    List<Boolean> answers = new ArrayList<>();
    Runnable again =
        new Runnable() {
          @Override
          public void run() {
            answers.add(limit.tryStart(this));
          }
        };
    assertThat(limit.tryStart(again)).isFalse();

    // When
    limit.ended();

    // Then
    assertThat(answers).containsExactly(true);
  }

  @Test
  void aLaneThatDoesNotStartACallLeavesTheTurnToTheNextLane() {
    // Given
    limit.syncSeen();
    begin(CORES);
    List<String> told = new ArrayList<>();
    assertThat(limit.tryStart(() -> told.add("first"))).isFalse();
    assertThat(limit.tryStart(() -> told.add("second"))).isFalse();

    // When
    limit.ended();
    limit.ended();

    // Then
    assertThat(told).containsExactly("first", "second");
  }

  @Test
  void refusedLanesAskAgainOnceTheMachineIsIdle() {
    // Given
    limit.syncSeen();
    begin(CORES);
    AtomicInteger told = new AtomicInteger();
    assertThat(limit.tryStart(told::incrementAndGet)).isFalse();
    load = 0.1;

    // When
    limit.adapt();

    // Then
    assertThat(told).hasValue(1);
  }
}
