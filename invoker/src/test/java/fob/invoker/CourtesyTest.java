package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CourtesyTest {

  private static final int CORES = 4;

  private final AtomicLong nanos = new AtomicLong();
  private volatile double load;
  private final Courtesy courtesy = new Courtesy(() -> load, nanos::get, CORES);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void enter(int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      courtesy.enter();
    }
  }

  @Test
  void whileNobodyWaitsForAnyCallAsManyRunAsWant() throws InterruptedException {
    // Given
    load = 1;
    courtesy.look();

    // When
    enter(1_000);

    // Then
    assertThat(courtesy.limit()).isGreaterThan(1_000);
  }

  @Test
  void theFirstCallThatSomebodyWaitsForBringsThemDownToTheCores() {
    // When
    courtesy.syncSeen();

    // Then
    assertThat(courtesy.limit()).isEqualTo(CORES);
  }

  @Test
  void onABusyMachineFewerAndFewerRunButNeverNone() throws InterruptedException {
    // Given
    courtesy.syncSeen();
    enter(CORES);
    load = 0.9;

    // When
    courtesy.look();

    // Then
    assertThat(courtesy.limit()).isEqualTo(3);
    for (int i = 0; i < 20; i++) {
      courtesy.look();
    }
    assertThat(courtesy.limit()).isEqualTo(1);
  }

  @Test
  void onAnIdleMachineMoreAndMoreRun() {
    // Given
    courtesy.syncSeen();
    load = 0.1;

    // When
    for (int i = 0; i < 20; i++) {
      courtesy.look();
    }

    // Then
    assertThat(courtesy.limit()).isGreaterThan(2 * CORES);
  }

  @Test
  void onceNobodyWaitsAnyMoreTheyRunAsTheyWant() {
    // Given
    courtesy.syncSeen();

    // When
    pass(Duration.ofSeconds(2));
    courtesy.look();

    // Then
    assertThat(courtesy.limit()).isGreaterThan(1_000);
  }

  @Test
  void oneOverTheLimitWaitsUntilAnotherLeaves() throws InterruptedException {
    // Given
    courtesy.syncSeen();
    enter(CORES);
    CountDownLatch entered = new CountDownLatch(1);
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                courtesy.enter();
                entered.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(entered.getCount()).isEqualTo(1);

    // When
    courtesy.leave();

    // Then
    assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
  }
}
