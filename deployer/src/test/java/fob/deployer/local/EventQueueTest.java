package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.function.FunctionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventQueueTest {

  private static final int EVENTS = 10_000;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final EventQueue events = new EventQueue(FunctionId.random(), timer);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void eventsRunInTheOrderInWhichTheyWereAdded() {
    // Given
    List<Integer> run = new ArrayList<>(); // guarded by the queue
    AtomicInteger count = new AtomicInteger();

    // When
    for (int i = 0; i < EVENTS; i++) {
      int number = i;
      events.add(() -> {
        run.add(number);
        count.incrementAndGet();
      });
    }

    // Then
    await().until(() -> count.get() == EVENTS);
    assertThat(run).isEqualTo(IntStream.range(0, EVENTS).boxed().toList());
  }

  @Test
  @SuppressWarnings("ThreadPriorityCheck") // the yield only lets events overlap if they can
  void eventsOfManyThreadsRunOneAtATime() {
    // Given
    AtomicInteger running = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    AtomicInteger count = new AtomicInteger();

    // When
    IntStream.range(0, EVENTS)
        .parallel()
        .forEach(_ ->
            events.add(() -> {
              mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
              Thread.yield();
              running.decrementAndGet();
              count.incrementAndGet();
            }));

    // Then
    await().until(() -> count.get() == EVENTS);
    assertThat(mostAtOnce).hasValue(1);
  }

  @Test
  void eventThatThrowsDoesNotKeepTheNextOnesFromRunning() {
    // Given
    AtomicBoolean next = new AtomicBoolean();

    // When
    events.add(() -> {
      throw new IllegalStateException("broken on purpose");
    });
    events.addLater(() -> next.set(true), Duration.ofMillis(1));

    // Then
    await().untilTrue(next);
  }
}
