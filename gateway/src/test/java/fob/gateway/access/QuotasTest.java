package fob.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.access.Glob;
import fob.access.Quota;
import fob.access.Role;
import fob.gateway.http.Problem;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuotasTest {

  private static final long SECOND = 1_000_000_000;

  /** Near the value at which nanoTime overflows. */
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND / 2);

  private final Quotas quotas = new Quotas(now::get);

  private static Caller caller(String id, int callsPerSecond, int concurrent) {
    return new Caller(
        id, "ci", Role.CALL, Glob.ALL, null, new Quota(callsPerSecond, concurrent, 0));
  }

  /** Returns how many of 100 calls may begin now. */
  private long begun(Caller caller) {
    return IntStream.range(0, 100).filter(_ -> mayBegin(caller)).count();
  }

  private boolean mayBegin(Caller caller) {
    try (Quotas.Slot _ = quotas.take(caller)) {
      return true;
    } catch (Problem refused) {
      return false;
    }
  }

  @Test
  void asManyCallsBeginInASecondAsMay() {
    // Given
    Caller caller = caller("a", 10, 0);

    // Then
    assertThat(begun(caller)).isEqualTo(10);
    assertThat(begun(caller("b", 7, 0))).isEqualTo(7);

    // When
    now.addAndGet(SECOND / 2);

    // Then
    assertThat(begun(caller)).isEqualTo(5);

    // When
    now.addAndGet(100 * SECOND);

    // Then
    assertThat(begun(caller)).isEqualTo(10);
  }

  @Test
  void asManyCallsRunAtATimeAsMay() {
    // Given
    Caller caller = caller("a", 0, 2);

    // When
    Quotas.Slot first = quotas.take(caller);
    Quotas.Slot second = quotas.take(caller);

    // Then
    assertThatThrownBy(() -> quotas.take(caller))
        .isInstanceOf(Problem.class)
        .hasMessage("'ci (a)' may make 2 calls at a time at this gateway (concurrent of its key)");
    assertThat(mayBegin(caller("b", 0, 2))).isTrue();

    // When
    first.close();

    // Then
    assertThat(mayBegin(caller)).isTrue();
    second.close();
  }

  @Test
  void openRequestCountsAmongThoseAtATimeAlone() {
    // Given
    Caller caller = caller("a", 1, 2);
    Quotas.Slot one = quotas.hold(caller);
    Quotas.Slot two = quotas.hold(caller);

    // When / Then
    assertThatThrownBy(() -> quotas.hold(caller))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("2 calls at a time");
    assertThat(mayBegin(caller)).isFalse();

    // When
    one.close();

    // Then
    assertThat(mayBegin(caller)).isTrue();
    two.close();
    assertThat(quotas.hold(caller("b", 1, 0))).isSameAs(quotas.hold(caller("b", 1, 0)));
  }

  @Test
  void aCallThatIsRefusedDoesNotCountAsRunning() {
    // Given
    Caller caller = caller("a", 1, 1);
    assertThat(begun(caller)).isEqualTo(1);

    // When
    now.addAndGet(SECOND);

    // Then
    assertThat(begun(caller)).isEqualTo(1);
  }

  @Test
  void aKeyWithoutAQuotaMayDoAll() {
    assertThat(begun(caller("a", 0, 0))).isEqualTo(100);
  }
}
