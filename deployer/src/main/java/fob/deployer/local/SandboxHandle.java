package fob.deployer.local;

import fob.deployer.Ending;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends one sandbox or lets go of it, also if that is asked for before the sandbox has started.
 * Thread-safe: the lock is this object, and nothing waits while it is held.
 */
final class SandboxHandle {

  private static final Ending UNWANTED = Ending.other("it was no longer wanted");

  private @Nullable RunningSandbox sandbox; // guarded by this
  private @Nullable Ending killedBecause; // guarded by this
  private boolean harmful; // guarded by this
  private boolean up; // guarded by this
  private boolean left; // guarded by this

  /**
   * @throws IOException if the sandbox is to end before it has started; the message says why
   */
  synchronized void requireWanted() throws IOException {
    if (killedBecause != null) {
      throw new IOException(killedBecause.text());
    }
  }

  /** Sets the sandbox, which has started. */
  synchronized void hold(RunningSandbox started) {
    sandbox = started;
    if (killedBecause != null) {
      started.kill();
    }
  }

  /** The driver is ready: from here on the sandbox may have calls to finish. */
  synchronized void up() {
    up = true;
  }

  /** Returns why the sandbox was killed; null if it was not. */
  synchronized @Nullable Ending killedBecause() {
    return killedBecause;
  }

  /** Lets the driver finish its calls and end. */
  synchronized void terminate() {
    if (sandbox == null || !up) {
      kill(UNWANTED);
    } else if (!left) {
      sandbox.terminate();
    }
  }

  /** Ends everything in the sandbox at once. Only the first reason is kept. */
  synchronized void kill(Ending why) {
    if (left) {
      return;
    }
    if (killedBecause == null) {
      killedBecause = why;
    }
    if (sandbox != null) {
      sandbox.kill();
    }
  }

  /** Ends everything in the sandbox at once, since it harms other functions. */
  synchronized void killAsHarmful(Ending how) {
    harmful |= killedBecause == null && !left;
    kill(how);
  }

  /** Returns the end of a sandbox that was killed; empty if it was not. */
  synchronized Optional<InstanceEnd> killed(List<String> lastLines) {
    return Optional.ofNullable(killedBecause)
        .map(why -> new InstanceEnd(why, lastLines, Optional.empty(), harmful));
  }

  /** Leaves the sandbox to the next deployer. If its driver is not ready yet, it is killed. */
  synchronized void leave() {
    if (sandbox == null || !up) {
      kill(UNWANTED);
    } else if (killedBecause == null) {
      left = true;
      sandbox.leave();
    }
  }
}
