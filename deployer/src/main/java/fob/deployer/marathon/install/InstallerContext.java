package fob.deployer.marathon.install;

import fob.deployer.layer.InstallSettings;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.app.DriverProbe;
import fob.deployer.marathon.cluster.StatusReasons;
import fob.deployer.marathon.cluster.WriteRate;
import fob.deployer.marathon.config.PlatformContext;

/** What all installers of one platform share. Each part is thread-safe. */
record InstallerContext(
    PlatformContext platform,
    InstallSettings settings,
    MarathonClient client,
    WriteRate writeRate,
    DriverProbe probe,
    StatusReasons reasons,
    StepClient steps) {}
