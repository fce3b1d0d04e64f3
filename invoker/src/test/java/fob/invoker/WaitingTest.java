package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.invoker.Waiting.Kind;
import fob.invoker.Waiting.Waiter;
import org.junit.jupiter.api.Test;

class WaitingTest {

  private final Waiting waiting = new Waiting();

  @Test
  void thoseWhoseCallersWaitGoFirstEachInTheirOrder() {
    // Given
    Waiter async = waiting.add(Kind.ASYNC);
    Waiter sync = waiting.add(Kind.SYNC);
    Waiter async2 = waiting.add(Kind.ASYNC);
    Waiter sync2 = waiting.add(Kind.SYNC);

    // Then
    assertThat(waiting.next()).containsSame(sync);
    assertThat(waiting.next()).containsSame(sync2);
    assertThat(waiting.next()).containsSame(async);
    assertThat(waiting.next()).containsSame(async2);
    assertThat(waiting.next()).isEmpty();
  }

  @Test
  void eachKindIsCountedForItself() {
    // Given
    waiting.add(Kind.ASYNC);
    waiting.add(Kind.ASYNC);

    // Then
    assertThat(waiting.size(Kind.ASYNC)).isEqualTo(2);
    assertThat(waiting.size(Kind.SYNC)).isZero();
    assertThat(waiting.isEmpty()).isFalse();
  }

  @Test
  void whoIsRemovedIsNotServedAndCannotBeRemovedAgain() {
    // Given
    Waiter first = waiting.add(Kind.ASYNC);
    Waiter second = waiting.add(Kind.ASYNC);

    // When
    boolean removed = waiting.remove(first);

    // Then
    assertThat(removed).isTrue();
    assertThat(waiting.remove(first)).isFalse();
    assertThat(waiting.next()).containsSame(second);
    assertThat(waiting.remove(second)).isFalse();
    assertThat(waiting.isEmpty()).isTrue();
  }
}
