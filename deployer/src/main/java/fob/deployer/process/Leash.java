package fob.deployer.process;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The hold on one sandbox, which may not have started yet when it is to end. Thread-safe. */
final class Leash {

  private static final String UNWANTED = "it was no longer wanted";

  private final Launcher launcher;
  private @Nullable Process process; // guarded by this
  private @Nullable String killedBecause; // guarded by this
  private boolean up; // guarded by this

  Leash(Launcher launcher) {
    this.launcher = launcher;
  }

  /**
   * @throws IOException if it shall end before it has started
   */
  synchronized void requireWanted() throws IOException {
    if (killedBecause != null) {
      throw new IOException(killedBecause);
    }
  }

  synchronized void hold(Process started) {
    process = started;
    if (killedBecause != null) {
      started.destroyForcibly();
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

  /** SIGTERM for the driver: it takes no more calls, finishes the running ones and ends. */
  synchronized void terminate() {
    if (process == null || !up) {
      kill(UNWANTED);
    } else {
      launcher.driver(process).forEach(ProcessHandle::destroy);
    }
  }

  /** Ends everything in the sandbox at once. The first reason is the one that counts. */
  synchronized void kill(String reason) {
    if (killedBecause == null) {
      killedBecause = reason;
    }
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
