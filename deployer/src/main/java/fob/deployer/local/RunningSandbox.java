package fob.deployer.local;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One sandbox that has been started, or found running. None of its methods waits, but for {@link
 * #cpuTime}. Thread-safe.
 */
public interface RunningSandbox {

  /** Completes, never exceptionally, once all that it wrote was heard and nothing of it is left. */
  CompletableFuture<SandboxExit> ended();

  /** SIGTERM for the driver: it takes no more calls, finishes the running ones and ends. */
  void terminate();

  /** Ends everything in it at once; may be asked for again. */
  void kill();

  /** Lets go of it, so that it outlives this deployer; one that cannot is killed. */
  default void leave() {
    kill();
  }

  /**
   * How much of the processors its processes have used; zero where nobody can tell. May take some
   * milliseconds.
   */
  Duration cpuTime();
}
