package fob.service;

import java.time.Duration;

/** Waits that end early when the calling thread is interrupted and keep its interrupt flag set. */
public final class Threads {

  private Threads() {}

  /** Waits until a thread has ended, or for the given time at most. */
  public static void join(Thread thread, Duration atMost) {
    try {
      thread.join(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sleeps. Returns at once if the thread is interrupted, so a caller that loops must end. */
  public static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
