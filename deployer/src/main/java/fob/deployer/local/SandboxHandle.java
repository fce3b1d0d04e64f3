package fob.deployer.local;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The hold on one sandbox, which may not have started yet when it is to end. Thread-safe. */
final class SandboxHandle {

  private static final String UNWANTED = "it was no longer wanted";

  private @Nullable RunningSandbox sandbox; // guarded by this
  private @Nullable String killedBecause; // guarded by this
  private boolean up; // guarded by this
  private boolean left; // guarded by this

  /**
   * @throws IOException if it shall end before it has started
   */
  synchronized void requireWanted() throws IOException {
    if (killedBecause != null) {
      throw new IOException(killedBecause);
    }
  }

  synchronized void hold(RunningSandbox started) {
    sandbox = started;
    if (killedBecause != null) {
      started.kill();
    }
  }

  /** From here on it may have calls to finish. */
  synchronized void up() {
    up = true;
  }

  /** Why it was killed, if it was. */
  synchronized @Nullable String killedBecause() {
    return killedBecause;
  }

  /** Lets it finish its calls and end. */
  synchronized void terminate() {
    if (sandbox == null || !up) {
      kill(UNWANTED);
    } else if (!left) {
      sandbox.terminate();
    }
  }

  /** Ends everything in the sandbox at once. The first reason is the one that counts. */
  synchronized void kill(String reason) {
    if (left) {
      return;
    }
    if (killedBecause == null) {
      killedBecause = reason;
    }
    if (sandbox != null) {
      sandbox.kill();
    }
  }

  /** The next deployer has it from here on, if it is up. */
  synchronized void leave() {
    if (sandbox == null || !up) {
      kill(UNWANTED);
    } else if (killedBecause == null) {
      left = true;
      sandbox.leave();
    }
  }
}
