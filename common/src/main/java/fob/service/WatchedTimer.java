package fob.service;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer with one daemon thread. A {@link Loop} watches its tasks, see {@link Loop#perform}: a
 * task that throws a {@link RuntimeException} is logged, and a repeated one runs again. A task that
 * comes after the end is thrown away. Thread-safe.
 */
final class WatchedTimer extends ScheduledThreadPoolExecutor {

  private final Loop loop;

  WatchedTimer(Loop loop, String name) {
    super(
        1,
        Thread.ofPlatform().daemon().name("fob-" + name).factory(),
        new ThreadPoolExecutor.DiscardPolicy());
    this.loop = loop;
  }

  /** All tasks without a period come through here, those of {@link #execute} too. */
  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return super.schedule(() -> loop.perform(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return super.scheduleAtFixedRate(() -> loop.perform(task), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return super.scheduleWithFixedDelay(() -> loop.perform(task), initialDelay, delay, unit);
  }
}
