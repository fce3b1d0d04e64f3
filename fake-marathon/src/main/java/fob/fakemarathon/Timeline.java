package fob.fakemarathon;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time of one fake Marathon, which may run faster than the world's: at scale 100 a backoff of
 * ten seconds takes 100 ms. One thread runs all that is due, in order. Thread-safe.
 */
public final class Timeline implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Timeline.class);
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final double scale;
  private final ScheduledThreadPoolExecutor executor;
  private Instant lastVersion = Instant.EPOCH;

  Timeline(double scale) {
    if (!(scale > 0)) {
      throw new IllegalArgumentException("time scale must be positive, but is " + scale);
    }
    this.scale = scale;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("fake-marathon-timeline").factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs the action after a delay in Marathon's time; not at all after {@link #close}. */
  public void after(Duration delay, Runnable action) {
    if (executor.isShutdown()) {
      return;
    }
    long nanos = (long) (delay.toNanos() / scale);
    var _ = executor.schedule(() -> run(action), nanos, TimeUnit.NANOSECONDS);
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOGGER.atError().setCause(e).log("an action of the fake Marathon failed");
    }
  }

  /** Nanoseconds of Marathon's time since some moment. */
  long nanos() {
    return (long) (System.nanoTime() * scale);
  }

  String now() {
    return FORMAT.format(Instant.now());
  }

  /** A version: the time now, and later than every version before it. */
  synchronized String nextVersion() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    lastVersion = now.isAfter(lastVersion) ? now : lastVersion.plusMillis(1);
    return FORMAT.format(lastVersion);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
