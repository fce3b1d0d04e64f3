package fob.deployer.marathon.install;

import fob.deployer.Platforms;
import fob.deployer.layer.InstallSettings;
import fob.service.Env;
import java.nio.file.Path;

/**
 * The settings of installers on Marathon.
 *
 * @param temporary the folder for the files of steps, which are deleted at the end of each step
 */
public record InstallerConfig(InstallSettings settings, Path temporary) {

  /** Reads the settings. The environment collects the problems. */
  public static InstallerConfig from(Env env, Platforms.Surroundings surroundings) {
    return new InstallerConfig(
        InstallSettings.from(env, surroundings.drivers()), surroundings.temporary());
  }
}
