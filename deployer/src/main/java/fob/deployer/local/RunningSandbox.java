package fob.deployer.local;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One sandbox that was started or taken over. Only {@link #cpuTime} waits. Thread-safe. */
public interface RunningSandbox {

  /** Completes once all output was read and nothing of the sandbox is left. It never fails. */
  CompletableFuture<SandboxExit> ended();

  /** Sends SIGTERM to the driver, which takes no more calls, finishes its calls and ends. */
  void terminate();

  /** Kills everything in the sandbox. It may be called again. */
  void kill();

  /** Leaves the sandbox running for the next deployer; one that cannot run on is killed. */
  default void leave() {
    kill();
  }

  /**
   * Returns the processor time that the sandbox's processes have used; zero if it is not known. It
   * may take some milliseconds.
   */
  Duration cpuTime();
}
