package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.invoker.WaitQueue.WaitingCall;
import org.junit.jupiter.api.Test;

class WaitQueueTest {

  private final WaitQueue queue = new WaitQueue();

  @Test
  void synchronousCallsComeFirstAndEachKindInItsOrder() {
    // Given
    WaitingCall async = queue.add(CallKind.ASYNC);
    WaitingCall sync = queue.add(CallKind.SYNC);
    WaitingCall async2 = queue.add(CallKind.ASYNC);
    WaitingCall sync2 = queue.add(CallKind.SYNC);

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
    queue.add(CallKind.ASYNC);
    queue.add(CallKind.ASYNC);

    // Then
    assertThat(queue.size(CallKind.ASYNC)).isEqualTo(2);
    assertThat(queue.size(CallKind.SYNC)).isZero();
    assertThat(queue.isEmpty()).isFalse();
  }

  @Test
  void aRemovedCallIsNotReturnedAndCannotBeRemovedAgain() {
    // Given
    WaitingCall first = queue.add(CallKind.ASYNC);
    WaitingCall second = queue.add(CallKind.ASYNC);

    // When
    boolean removed = queue.remove(first);

    // Then
    assertThat(removed).isTrue();
    assertThat(queue.remove(first)).isFalse();
    assertThat(queue.next()).containsSame(second);
    assertThat(queue.remove(second)).isFalse();
    assertThat(queue.isEmpty()).isTrue();
  }
}
