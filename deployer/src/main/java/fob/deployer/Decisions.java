package fob.deployer;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides: runs decisions one at a time, in the order in which they fall due.
 * One that throws is logged, and the next one runs. Thread-safe; after {@link #close} nothing runs.
 */
final class Decisions implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Decisions.class);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("fob-deployer").factory());

  void soon(Runnable decision) {
    later(Duration.ZERO, decision);
  }

  void later(Duration delay, Runnable decision) {
    try {
      var _ = thread.schedule(() -> run(decision), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOGGER.atDebug().log("a decision comes after the end");
    }
  }

  void every(Duration period, Runnable decision) {
    var _ =
        thread.scheduleAtFixedRate(
            () -> run(decision), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void run(Runnable decision) {
    try {
      decision.run();
    } catch (RuntimeException e) {
      LOGGER.atError().setCause(e).log("a decision failed");
    }
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
