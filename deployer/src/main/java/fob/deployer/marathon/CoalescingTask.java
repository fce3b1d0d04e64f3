package fob.deployer.marathon;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs a task, one run at a time, and at least once after each {@link #wake}. Several wake-ups
 * during a run cause one further run. Thread-safe.
 */
final class CoalescingTask {

  private final Executor executor;
  private final Runnable step;
  private boolean running; // guarded by this
  private boolean again; // guarded by this

  CoalescingTask(Executor executor, Runnable step) {
    this.executor = executor;
    this.step = step;
  }

  void wake() {
    synchronized (this) {
      again = true;
      if (running) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException closing) {
      synchronized (this) {
        running = false;
      }
    }
  }

  private void run() {
    while (begins()) {
      step.run();
    }
  }

  private synchronized boolean begins() {
    running = again;
    again = false;
    return running;
  }
}
