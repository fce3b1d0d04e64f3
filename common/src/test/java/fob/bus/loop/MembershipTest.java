package fob.bus.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MembershipTest {

  private static final Duration LONG = Duration.ofSeconds(5);

  private final AtomicLong nanos = new AtomicLong();
  private final Membership membership = new Membership(nanos::get);

  private List<Thread> waiting(int count) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().start(membership::awaitKnown));
    }
    await()
        .atMost(LONG)
        .until(() -> threads.stream().allMatch(one -> one.getState() == Thread.State.WAITING));
    return threads;
  }

  private static void assertEnd(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      assertThat(thread.join(LONG)).isTrue();
    }
  }

  @Test
  void whileItIsCertainNobodyWaits() throws InterruptedException {
    // Given
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());

    // When
    Thread asking = Thread.ofVirtual().start(membership::awaitKnown);

    // Then
    assertEnd(List.of(asking));
  }

  @Test
  void allWhoWaitGoOnWhenItIsKnown() throws InterruptedException {
    // Given
    nanos.addAndGet(Duration.ofSeconds(4).toNanos());
    List<Thread> threads = waiting(50);

    // When
    membership.known();

    // Then
    assertEnd(threads);
  }

  @Test
  void allWhoWaitGoOnWhenThePollThreadEnds() throws InterruptedException {
    // Given
    nanos.addAndGet(Duration.ofSeconds(4).toNanos());
    List<Thread> threads = waiting(2);

    // When
    membership.end();

    // Then
    assertEnd(threads);
  }
}
