package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.invoker.WaitQueue.WaitingCall;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WaitQueueTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private final WaitQueue queue = new WaitQueue();

  @Test
  void synchronousCallsComeFirstAndEachKindInItsOrder() {
    // Given
    WaitingCall async = queue.add(new Priority(CallKind.ASYNC, T0));
    WaitingCall sync = queue.add(new Priority(CallKind.SYNC, T0));
    WaitingCall async2 = queue.add(new Priority(CallKind.ASYNC, T0));
    WaitingCall sync2 = queue.add(new Priority(CallKind.SYNC, T0));

    // Then
    assertThat(queue.next()).containsSame(sync);
    assertThat(queue.next()).containsSame(sync2);
    assertThat(queue.next()).containsSame(async);
    assertThat(queue.next()).containsSame(async2);
    assertThat(queue.next()).isEmpty();
  }

  @Test
  void theKindsAreCountedSeparately() {
    // Given
    queue.add(new Priority(CallKind.ASYNC, T0));
    queue.add(new Priority(CallKind.ASYNC, T0));

    // Then
    assertThat(queue.size(CallKind.ASYNC)).isEqualTo(2);
    assertThat(queue.size(CallKind.SYNC)).isZero();
    assertThat(queue.isEmpty()).isFalse();
  }

  @Test
  void aRemovedCallIsNotReturnedAndCannotBeRemovedAgain() {
    // Given
    WaitingCall first = queue.add(new Priority(CallKind.ASYNC, T0));
    WaitingCall second = queue.add(new Priority(CallKind.ASYNC, T0));

    // When
    boolean removed = queue.remove(first);

    // Then
    assertThat(removed).isTrue();
    assertThat(queue.remove(first)).isFalse();
    assertThat(queue.next()).containsSame(second);
    assertThat(queue.remove(second)).isFalse();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void theCallThatWaitsSinceTheEarliestTimeComesFirst() {
    // Given
    WaitingCall young = queue.add(new Priority(CallKind.ASYNC, T0.plusSeconds(2)));
    WaitingCall old = queue.add(new Priority(CallKind.ASYNC, T0));
    WaitingCall middle = queue.add(new Priority(CallKind.ASYNC, T0.plusSeconds(1)));

    // Then
    assertThat(queue.last(CallKind.ASYNC)).containsSame(young);
    assertThat(queue.last(CallKind.SYNC)).isEmpty();
    assertThat(queue.next()).containsSame(old);
    assertThat(queue.next()).containsSame(middle);
  }
}
