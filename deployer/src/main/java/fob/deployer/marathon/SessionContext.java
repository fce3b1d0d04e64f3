package fob.deployer.marathon;

import fob.deployer.image.ImageClient;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.app.ListedApps;
import fob.deployer.marathon.cluster.DeploymentQueue;
import fob.deployer.marathon.cluster.RunningDeployments;
import fob.deployer.marathon.cluster.StatusReasons;
import fob.deployer.marathon.cluster.WriteRate;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.config.MarathonTimings;
import fob.deployer.marathon.config.PlatformContext;
import fob.deployer.marathon.install.MarathonInstaller;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all apps of one session share. Each part is thread-safe.
 *
 * @param threads runs steps on virtual threads
 * @param timer schedules steps
 */
record SessionContext(
    MarathonClient client,
    PlatformContext platform,
    ExecutorService threads,
    ScheduledExecutorService timer,
    DeploymentQueue queue,
    WriteRate writeRate,
    StatusReasons reasons,
    RunningDeployments deployments,
    ListedApps snapshot,
    ImageClient images,
    MarathonInstaller installer,
    AppListener listener) {

  MarathonConfig config() {
    return platform.config();
  }

  MarathonTimings timings() {
    return platform.timings();
  }

  InstantSource clock() {
    return platform.clock();
  }

  String owner() {
    return platform.owner();
  }
}
