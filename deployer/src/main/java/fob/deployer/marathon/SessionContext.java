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
    MarathonConfig config,
    MarathonTimings timings,
    InstantSource clock,
    String owner,
    ExecutorService threads,
    ScheduledExecutorService timer,
    DeploymentQueue queue,
    WriteRate writeRate,
    StatusReasons reasons,
    RunningDeployments deployments,
    ListedApps snapshot,
    ImageClient images,
    AppListener listener) {}
