package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdleProcessorsTest {

  private final Deque<Double> machine = new ArrayDeque<>();
  private final Deque<Double> process = new ArrayDeque<>();
  private final IdleProcessors processors =
      new IdleProcessors(machine::removeFirst, process::removeFirst, Duration.ZERO);

  private void loads(double ofMachine, double ofProcess) {
    machine.add(ofMachine);
    process.add(ofProcess);
  }

  @Test
  void workBeginsOnceTheMachineIsIdleAlsoOfItsOwnProcess() throws InterruptedException {
    // Given
    loads(0.9, 0.1);
    loads(0.9, 0.9);
    loads(0.4, 0.3);

    // When
    assertThat(processors.await(() -> true)).isTrue();

    // Then
    assertThat(machine).isEmpty();
  }

  @Test
  void workPausesWhileOtherProcessesUseTheMachineAndNotForItself() throws InterruptedException {
    // Given
    loads(0, 0);
    assertThat(processors.await(() -> true)).isTrue();

    // When its own work is all there is
    loads(1, 0.9);
    assertThat(processors.await(() -> true)).isTrue();

    // Then
    assertThat(machine).isEmpty();

    // When others come, and go
    loads(1, 0.2);
    loads(0.8, 0.2);
    loads(0.6, 0.2);
    assertThat(processors.await(() -> true)).isTrue();

    // Then
    assertThat(machine).isEmpty();
  }

  @Test
  void nobodyWaitsForTheMachineWhenTheWorkIsNotWantedAnyMore() throws InterruptedException {
    // Given
    AtomicInteger asked = new AtomicInteger();
    for (double load : List.of(0.9, 0.9, 0.9)) {
      loads(load, 0);
    }

    // When, Then
    assertThat(processors.await(() -> asked.incrementAndGet() < 3)).isFalse();
    assertThat(machine).hasSize(1);
  }
}
