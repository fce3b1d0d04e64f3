package fob.deployer.process;

import fob.deployer.local.LocalSettings;
import fob.service.Env;
import java.nio.file.Path;
import java.time.Duration;

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
 */
public record ProcessConfig(
    Path runtimeParent,
    Path logDirectory,
    boolean unsafeNoSandbox,
    int startsAtOnce,
    Duration startTimeout,
    FunctionNetwork network) {

  public ProcessConfig {
    var _ = new LocalSettings(runtimeParent, logDirectory, startsAtOnce, startTimeout);
  }

  private ProcessConfig(LocalSettings local, boolean unsafeNoSandbox, FunctionNetwork network) {
    this(
        local.runtimeParent(),
        local.logDirectory(),
        unsafeNoSandbox,
        local.startsAtOnce(),
        local.startTimeout(),
        network);
  }

  /**
   * Reads the settings. The environment collects the problems.
   *
   * @param temporary the runtime directory if {@code XDG_RUNTIME_DIR} names none
   */
  public static ProcessConfig from(Env env, Path temporary, Path logDirectory) {
    LocalSettings local = LocalSettings.from(env, temporary, logDirectory);
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
    if (unsafe && network == FunctionNetwork.OWN) {
      env.problem(
          FunctionNetwork.VARIABLE
              + "=own needs sandboxes, and FOB_UNSAFE_NO_SANDBOX=true runs functions without: leave"
              + " one of them out");
    }
    return new ProcessConfig(local, unsafe, network);
  }

  /** Returns settings with the standard bounds. */
  public static ProcessConfig of(Path runtimeParent, Path logDirectory, boolean unsafeNoSandbox) {
    return new ProcessConfig(
        LocalSettings.of(runtimeParent, logDirectory), unsafeNoSandbox, FunctionNetwork.AUTO);
  }

  /** Returns settings with the standard bounds, and sandboxes. */
  public static ProcessConfig of(Path runtimeParent, Path logDirectory) {
    return of(runtimeParent, logDirectory, false);
  }

  LocalSettings local() {
    return new LocalSettings(runtimeParent, logDirectory, startsAtOnce, startTimeout);
  }
}
