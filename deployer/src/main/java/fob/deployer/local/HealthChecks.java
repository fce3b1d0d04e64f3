package fob.deployer.local;

import fob.function.Instance;
import fob.function.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Checks whether instances of one platform answer. If there are many, each is checked more rarely,
 * so that all checks together cost little. Thread-safe.
 */
final class HealthChecks {

  /**
   * The timing of checks.
   *
   * @param period the time between two checks of one instance
   * @param timeout how long one check waits for the answer
   * @param mostMisses how many checks in a row fail before the instance is killed
   */
  record Timing(Duration period, Duration timeout, int mostMisses) {
    static final Timing STANDARD = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(2), 3);
  }

  /** With this share of time for each instance there are at most a hundred checks a second. */
  private static final Duration PERIOD_FOR_EACH = Duration.ofMillis(10);

  private final Timing timing;
  private final DriverClient client;
  private final RandomGenerator random;
  private final AtomicInteger watched = new AtomicInteger();

  HealthChecks(Timing timing, RandomGenerator random) {
    this.timing = timing;
    this.client = new DriverClient(timing.timeout());
    this.random = random;
  }

  /** Changes the number of watched instances, by 1 or -1. */
  void watch(int change) {
    watched.addAndGet(change);
  }

  int mostMisses() {
    return timing.mostMisses();
  }

  /** Returns the time until the next check, with jitter of a quarter. */
  Duration pause(boolean suspicious) {
    Duration all = PERIOD_FOR_EACH.multipliedBy(watched.get());
    Duration period = suspicious || all.compareTo(timing.period()) < 0 ? timing.period() : all;
    return period.multipliedBy(random.nextInt(75, 126)).dividedBy(100);
  }

  /**
   * Checks one instance. Waits for the answer.
   *
   * @throws IOException if the driver does not answer, or its state is wrong; the message says so
   */
  void check(Instance instance) throws IOException {
    if (instance.protocol() == Protocol.OPENWHISK) {
      client.connect(instance.address()); // it cannot tell more than that it listens
      return;
    }
    String state = client.ask(instance.address()).path("state").asText();
    if (!state.equals("ready") && !state.equals("draining")) {
      throw new IOException("its state is '" + state + "'");
    }
  }
}
