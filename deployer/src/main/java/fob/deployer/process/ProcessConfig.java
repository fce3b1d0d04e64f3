package fob.deployer.process;

import fob.deployer.Platforms;
import fob.deployer.layer.InstallSettings;
import fob.deployer.local.LocalSettings;
import fob.service.Env;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the process platform.
 *
 * @param runtimeParent the folder for the platform's own directory with the sockets; a short path,
 *     as the path of a Unix socket is limited to 107 bytes
 * @param logDirectory the folder for the functions' logs, {@code <function id>.log} each
 * @param unsafeNoSandbox runs functions as plain processes that may do whatever fob may do
 * @param startsAtOnce how many instances may be starting at the same time
 * @param startTimeout how long an instance may take to get ready
 * @param network the network of functions that may use one
 * @param install the bounds of installers
 * @param warm how many sandboxes wait for functions
 */
public record ProcessConfig(
    Path runtimeParent,
    Path logDirectory,
    boolean unsafeNoSandbox,
    int startsAtOnce,
    Duration startTimeout,
    FunctionNetwork network,
    InstallSettings install,
    WarmSizes warm) {

  public ProcessConfig {
    var _ = new LocalSettings(runtimeParent, logDirectory, startsAtOnce, startTimeout);
  }

  /** Creates settings with the standard bounds of installers, and the standard warm sandboxes. */
  public ProcessConfig(
      Path runtimeParent,
      Path logDirectory,
      boolean unsafeNoSandbox,
      int startsAtOnce,
      Duration startTimeout,
      FunctionNetwork network) {
    this(
        runtimeParent,
        logDirectory,
        unsafeNoSandbox,
        startsAtOnce,
        startTimeout,
        network,
        InstallSettings.STANDARD,
        WarmSizes.STANDARD);
  }

  private ProcessConfig(
      LocalSettings local,
      boolean unsafeNoSandbox,
      FunctionNetwork network,
      InstallSettings install,
      WarmSizes warm) {
    this(
        local.runtimeParent(),
        local.logDirectory(),
        unsafeNoSandbox,
        local.startsAtOnce(),
        local.startTimeout(),
        network,
        install,
        warm);
  }

  /** Reads the settings. The environment collects the problems. */
  public static ProcessConfig from(Env env, Platforms.Surroundings surroundings) {
    LocalSettings local = LocalSettings.from(env, surroundings.temporary(), surroundings.logs());
    InstallSettings install = InstallSettings.from(env, surroundings.drivers());
    boolean unsafe =
        env.flag(
            "FOB_UNSAFE_NO_SANDBOX",
            "run functions as plain processes that may do whatever fob may do (process platform)",
            false);
    FunctionNetwork network =
        env.value(
            FunctionNetwork.VARIABLE,
            "the network of functions with network=true: own, host, or auto: own where that works"
                + " (process platform)",
            FunctionNetwork.AUTO,
            "auto, own or host",
            FunctionNetwork::parse);
    List<String> languages = surroundings.drivers().languages();
    WarmSizes warm =
        env.value(
            WarmSizes.VARIABLE,
            "sandboxes that wait for the next function of each language in use; python=4 starts them"
                + " before its first use; 0: none (process platform)",
            WarmSizes.STANDARD,
            "0 to %d, or LANGUAGE=NUMBER for some of %s, separated by commas"
                .formatted(WarmSizes.MOST, String.join(", ", languages)),
            text -> WarmSizes.parse(text, languages));
    if (unsafe && network == FunctionNetwork.OWN) {
      env.problem(
          FunctionNetwork.VARIABLE
              + "=own needs sandboxes, and FOB_UNSAFE_NO_SANDBOX=true runs functions without: leave"
              + " one of them out");
    }
    return new ProcessConfig(local, unsafe, network, install, warm);
  }

  /** Returns settings with the standard bounds. */
  public static ProcessConfig of(Path runtimeParent, Path logDirectory, boolean unsafeNoSandbox) {
    return new ProcessConfig(
        LocalSettings.of(runtimeParent, logDirectory),
        unsafeNoSandbox,
        FunctionNetwork.AUTO,
        InstallSettings.STANDARD,
        WarmSizes.STANDARD);
  }

  /** Returns settings with the standard bounds, and sandboxes. */
  public static ProcessConfig of(Path runtimeParent, Path logDirectory) {
    return of(runtimeParent, logDirectory, false);
  }

  LocalSettings local() {
    return new LocalSettings(runtimeParent, logDirectory, startsAtOnce, startTimeout);
  }
}
