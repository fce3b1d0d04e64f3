package fob.deployer;

import fob.service.Loops;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deployer's thread: runs decisions one at a time, in the order in which they fall due. A
 * decision that throws is logged, and the next one runs. Thread-safe; after {@link #close} no
 * decision runs.
 */
final class Decisions implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Decisions.class);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** The longest decision is to become active, which reads topics to their ends. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final ScheduledExecutorService thread;

  Decisions(Loops loops) {
    this.thread = loops.timer("deployer", PATIENCE);
  }

  /** Runs a decision after those that are due already. */
  void soon(Runnable decision) {
    later(Duration.ZERO, decision);
  }

  /** Runs a decision when the delay is over. */
  void later(Duration delay, Runnable decision) {
    var _ = thread.schedule(decision, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs a decision again and again. */
  void every(Duration period, Runnable decision) {
    var _ =
        thread.scheduleAtFixedRate(
            decision, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOGGER.atWarn().log("the deployer's thread did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
