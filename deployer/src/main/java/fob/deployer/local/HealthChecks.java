package fob.deployer.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * How the instances of one platform are asked whether they still answer. With many instances each
 * is asked more rarely, so that all of them together cost little. Thread-safe.
 */
final class HealthChecks {

  /**
   * @param period between two checks of one instance
   * @param timeout of one check
   * @param mostMisses how many checks in a row may fail
   */
  record Timing(Duration period, Duration timeout, int mostMisses) {
    static final Timing STANDARD = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(2), 3);
  }

  /** So there are at most a hundred checks a second. */
  private static final Duration PERIOD_FOR_EACH = Duration.ofMillis(10);

  private final Timing timing;
  private final HealthClient client;
  private final RandomGenerator random;
  private final AtomicInteger watched = new AtomicInteger();

  HealthChecks(Timing timing, RandomGenerator random) {
    this.timing = timing;
    this.client = new HealthClient(timing.timeout());
    this.random = random;
  }

  /** One more instance is watched, or one less. */
  void watch(int change) {
    watched.addAndGet(change);
  }

  int mostMisses() {
    return timing.mostMisses();
  }

  /** How long to wait before the next check; instances that began together drift apart. */
  Duration pause(boolean suspicious) {
    Duration all = PERIOD_FOR_EACH.multipliedBy(watched.get());
    Duration period = suspicious || all.compareTo(timing.period()) < 0 ? timing.period() : all;
    return period.multipliedBy(random.nextInt(75, 126)).dividedBy(100);
  }

  /**
   * @throws IOException if the driver does not answer, or does not serve; the message says so
   */
  void check(Path socket) throws IOException {
    String state = client.ask(socket).path("state").asText();
    if (!state.equals("ready") && !state.equals("draining")) {
      throw new IOException("its state is '" + state + "'");
    }
  }
}
