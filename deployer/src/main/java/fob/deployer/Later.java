package fob.deployer;

import java.time.Duration;

/** Runs decisions on the deployer's thread, if the deployer is active by then. Thread-safe. */
@FunctionalInterface
interface Later {

  /** Runs a decision when the delay is over. */
  void run(Duration delay, Runnable decision);

  /** Runs a decision after those that are due already. */
  default void soon(Runnable decision) {
    run(Duration.ZERO, decision);
  }
}
