package fob.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SteadyRateTest {

  private static final Duration TIME = Duration.ofMillis(500);
  private static final int PER_SECOND = 200;
  private static final long STALL_NANOS = Duration.ofMillis(250).toNanos();

  private final AtomicInteger made = new AtomicInteger();

  /** A target that does something at each call. */
  private Target target(Target.Client client) {
    return new Target() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public Client client() {
        return client;
      }
    };
  }

  private interface Call {
    void make(int number) throws IOException;
  }

  private Target.Client calling(Call call) {
    return new Target.Client() {
      @Override
      public void call() throws IOException {
        call.make(made.getAndIncrement());
      }

      @Override
      public void close() {}
    };
  }

  private static void stall(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** The fourth of 100 calls takes 250 ms, so 49 calls are due before it has its reply. */
  @Test
  void callsThatWereDueDuringAStallCountFromWhenTheyWereDue()
      throws IOException, InterruptedException {
    Target.Client client = calling(number -> stall(number == 3 ? STALL_NANOS : 0));
    SteadyRate.Result result = SteadyRate.run(target(client), 1, PER_SECOND, TIME);
    assertThat(result.calls()).isEqualTo(100);
    assertThat(result.corrected().p90()).isGreaterThan(150);
    assertThat(result.uncorrected().p90()).isLessThan(result.corrected().p90() / 2);
    assertThat(result.uncorrected().max()).isGreaterThanOrEqualTo(249);
  }

  @Test
  void allCallsAreMadeAndNotFasterThanTheRate() throws IOException, InterruptedException {
    long start = System.nanoTime();
    SteadyRate.Result result = SteadyRate.run(target(calling(_ -> {})), 4, PER_SECOND, TIME);
    assertThat(made).hasValue(100);
    assertThat(result.calls()).isEqualTo(100);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(TIME.minusMillis(10));
  }

  @Test
  void callThatFailsFailsTheRun() {
    Target.Client client =
        calling(number -> {
          if (number == 7) {
            throw new IOException("broken pipe");
          }
        });
    assertThatThrownBy(() -> SteadyRate.run(target(client), 2, PER_SECOND, TIME))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken pipe");
  }
}
