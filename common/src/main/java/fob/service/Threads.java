package fob.service;

import java.time.Duration;

/** Waiting on threads where an interrupt means "stop waiting" and is kept for the caller. */
public final class Threads {

  private Threads() {}

  /** Waits for a thread to end, at most that long. */
  public static void join(Thread thread, Duration atMost) {
    try {
      thread.join(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Backs off for a while. */
  public static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
