package fob.deployer.marathon;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs one task after a delay. At most one run is scheduled at a time. Thread-safe. */
final class WakeUpTimer {

  private final ScheduledExecutorService timer;
  private final Runnable task;
  private @Nullable Future<?> scheduled; // guarded by this
  private boolean closed; // guarded by this

  WakeUpTimer(ScheduledExecutorService timer, Runnable task) {
    this.timer = timer;
    this.task = task;
  }

  /** Schedules the task, in place of what was scheduled before. */
  synchronized void schedule(Duration delay) {
    cancel();
    if (closed) {
      return;
    }
    scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  synchronized void cancel() {
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
  }

  /** Cancels, and schedules nothing from now on. */
  synchronized void close() {
    closed = true;
    cancel();
  }
}
