package fob.deployer.marathon;

import fob.function.FunctionStatus;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the apps of one tenure share. Thread-safe, each part by itself.
 *
 * @param threads virtual ones, for the steps
 * @param timer for waking them
 */
record Cluster(
    MarathonClient client,
    MarathonConfig config,
    Tempo tempo,
    InstantSource clock,
    String owner,
    ExecutorService threads,
    ScheduledExecutorService timer,
    DeploymentQueue queue,
    Pace pace,
    Reasons reasons,
    Deployments deployments,
    Snapshot snapshot,
    Ears ears) {

  /** Who hears of an app. */
  interface Ears {
    void changed(AppReconciler app, FunctionStatus status);

    /** It is not wanted and not there. */
    void gone(AppReconciler app);
  }
}
