package fob.deployer.local;

import fob.deployer.EndReason;
import fob.deployer.Ending;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Checks again and again whether one instance answers, and kills it if it does not. An instance
 * that does not answer but computes may be busy with a call that is within its timeout, so it gets
 * as much time as a call. Used by the thread of {@link LocalInstance#live} alone.
 */
final class HealthWatch {

  /** A process that uses less than one twentieth of the time does not compute. */
  private static final int LEAST_SHARE = 20;

  private final HealthChecks checks;
  private final Reach reach;
  private final RunningSandbox sandbox;
  private final Duration longestSilence;
  private final SandboxHandle handle;
  private int misses;
  private long silentSince; // nanoTime, of the first miss in a row
  private Duration cpuThen = Duration.ZERO;

  /**
   * Creates a watch.
   *
   * @param longestSilence the time without an answer after which even an instance that computes is
   *     killed
   */
  HealthWatch(
      HealthChecks checks,
      Reach reach,
      RunningSandbox sandbox,
      Duration longestSilence,
      SandboxHandle handle) {
    this.checks = checks;
    this.reach = reach;
    this.sandbox = sandbox;
    this.longestSilence = longestSilence;
    this.handle = handle;
  }

  /** Watches until the sandbox has ended or was left running. */
  SandboxExit untilEnd() throws InterruptedException, ExecutionException {
    checks.watch(1);
    try {
      while (true) {
        long pause = checks.pause(misses > 0).toNanos();
        try {
          return sandbox.ended().get(pause, TimeUnit.NANOSECONDS);
        } catch (TimeoutException stillThere) {
          check();
        }
      }
    } finally {
      checks.watch(-1);
    }
  }

  private void check() {
    Ending killed = handle.killedBecause();
    if (killed != null) {
      // A kill may have been lost, such as one for an engine that did not answer.
      handle.kill(killed);
      return;
    }
    long before = System.nanoTime();
    try {
      checks.check(reach.instance());
      misses = 0;
    } catch (IOException e) {
      missed(before, String.valueOf(e.getMessage()));
    }
  }

  private void missed(long when, String why) {
    if (misses == 0) {
      silentSince = when;
      cpuThen = sandbox.cpuTime();
    }
    misses++;
    Duration silent = Duration.ofNanos(System.nanoTime() - silentSince);
    if (misses >= checks.mostMisses() && !mayCompute(silent)) {
      handle.kill(
          new Ending(
              EndReason.UNHEALTHY,
              "it did not answer " + misses + " health checks in a row (the last: " + why + ")"));
    }
  }

  private boolean mayCompute(Duration silent) {
    Duration used = sandbox.cpuTime().minus(cpuThen);
    return silent.compareTo(longestSilence) < 0
        && used.multipliedBy(LEAST_SHARE).compareTo(silent) > 0;
  }
}
