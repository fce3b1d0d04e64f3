package fob.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

  private static final int KIB = 1024;

  private final ByteBudget budget = new ByteBudget(400 * KIB);

  @Test
  void largeHoldersLeaveTheLastQuarterToSmallOnes() {
    // Given
    ByteBudget.Lease large = budget.lease();
    ByteBudget.Lease small = budget.lease();

    // When, then
    assertThat(large.grow(300 * KIB, 300 * KIB)).isTrue();
    assertThat(budget.lease().grow(1, 100 * KIB)).isFalse();
    assertThat(small.grow(64 * KIB, -1)).isTrue();
    assertThat(small.grow(1, -1)).as("it is not small any more").isFalse();
    assertThat(budget.lease().grow(37 * KIB, -1)).as("there are 36 left").isFalse();
    assertThat(budget.used()).isEqualTo(364 * KIB);
  }

  @Test
  void whatIsClosedIsGivenBackOnce() {
    // Given
    ByteBudget.Lease lease = budget.lease();
    assertThat(lease.grow(10, 10)).isTrue();

    // When
    lease.close();
    lease.close();

    // Then
    assertThat(budget.used()).isZero();
    assertThat(lease.grow(1, 1)).as("nobody would give that back").isFalse();
  }

  @Test
  void manyAtOnceNeverHoldMoreThanThereIs() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1_000; i++) {
        threads.execute(() -> {
          try (ByteBudget.Lease lease = budget.lease()) {
            while (lease.grow(KIB, 32 * KIB)) {
              assertThat(budget.used()).isLessThanOrEqualTo(2 * budget.max());
            }
          }
        });
      }
    }

    assertThat(budget.used()).isZero();
  }
}
