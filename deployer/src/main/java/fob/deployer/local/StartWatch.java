package fob.deployer.local;

import fob.service.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for one sandbox to get ready and gives its turn back when it no longer computes. Used by
 * one thread.
 *
 * @param settled at zero once the driver has said how it is, or has ended
 */
record StartWatch(
    RunDirectory run, CountDownLatch settled, RunningSandbox sandbox, Starts.Turn turn) {

  private static final Duration SOCKET_POLL = Duration.ofMillis(1);

  /** A start that computes for less than a twentieth of the time waits for something. */
  private static final Duration LOOK_AT_CPU = Duration.ofMillis(200);

  private static final Duration LEAST_CPU = Duration.ofMillis(10);

  /**
   * @return why it is to be killed, if it is
   * @throws IOException if there is something else in the place of its socket
   */
  Optional<String> await(Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!run.takeSocket()) {
      if (isSettled(SOCKET_POLL)) {
        return Optional.empty();
      }
      if (System.nanoTime() > deadline) {
        return Optional.of("it had no socket within " + Durations.text(timeout));
      }
    }
    holdTurnWhileComputing();
    return isSettled(Duration.ofNanos(deadline - System.nanoTime()))
        ? Optional.empty()
        : Optional.of("it was not ready within " + Durations.text(timeout));
  }

  private void holdTurnWhileComputing() throws InterruptedException {
    Duration before = sandbox.cpuTime();
    while (turn.isHeld() && !isSettled(LOOK_AT_CPU)) {
      Duration now = sandbox.cpuTime();
      if (now.minus(before).compareTo(LEAST_CPU) < 0) {
        turn.close();
      }
      before = now;
    }
  }

  private boolean isSettled(Duration atMost) throws InterruptedException {
    return settled.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }
}
