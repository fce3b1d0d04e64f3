package fob.deployer.local;

import fob.deployer.Ending;
import fob.service.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits until one sandbox is ready, and gives its turn back when it no longer computes. Used by the
 * thread of {@link LocalInstance#live} alone.
 *
 * @param settled at zero once the driver said whether it is ready, or the sandbox has ended
 */
record StartWatch(Reach reach, CountDownLatch settled, RunningSandbox sandbox, Starts.Turn turn) {

  private static final Duration SOCKET_POLL = Duration.ofMillis(1);

  /** A start that computes less than 5 ms of this time waits for something. */
  private static final Duration LOOK_AT_CPU = Duration.ofMillis(100);

  private static final Duration LEAST_CPU = Duration.ofMillis(5);

  /**
   * Waits.
   *
   * @return the reason to kill the sandbox; empty if it got ready or has ended
   * @throws IOException if a file that is no socket has the socket's name
   */
  Optional<Ending> await(Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!reach.isOpen()) {
      if (isSettled(SOCKET_POLL)) {
        return Optional.empty();
      }
      if (System.nanoTime() > deadline) {
        return Optional.of(notReady(reach.closed(), timeout));
      }
    }
    holdTurnWhileComputing();
    return isSettled(Duration.ofNanos(deadline - System.nanoTime()))
        ? Optional.empty()
        : Optional.of(notReady(reach.silent(), timeout));
  }

  private static Ending notReady(String how, Duration timeout) {
    return Ending.notStarted(how + " within " + Durations.text(timeout));
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
