package fob.deployer.process;

import fob.deployer.local.LocalSettings;
import fob.service.Env;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the platform runs its sandboxes.
 *
 * @param runtimeParent where it makes its own directory, with the sockets; a short path, as that of
 *     a Unix socket is limited to 107 bytes
 * @param logDirectory takes one {@code <function id>.log} a function
 * @param unsafeNoSandbox runs functions as plain processes that may do whatever fob may do
 * @param startsAtOnce how many instances may be starting at the same time
 * @param startTimeout how long an instance may take to get ready
 */
public record ProcessConfig(
    Path runtimeParent,
    Path logDirectory,
    boolean unsafeNoSandbox,
    int startsAtOnce,
    Duration startTimeout) {

  public ProcessConfig {
    var _ = new LocalSettings(runtimeParent, logDirectory, startsAtOnce, startTimeout);
  }

  private ProcessConfig(LocalSettings local, boolean unsafeNoSandbox) {
    this(
        local.runtimeParent(),
        local.logDirectory(),
        unsafeNoSandbox,
        local.startsAtOnce(),
        local.startTimeout());
  }

  /**
   * Reads its variables; problems are gathered in the environment.
   *
   * @param temporary for the runtime directory where there is no {@code XDG_RUNTIME_DIR}
   */
  public static ProcessConfig from(Env env, Path temporary, Path logDirectory) {
    return new ProcessConfig(
        LocalSettings.from(env, temporary, logDirectory),
        env.flag(
            "FOB_UNSAFE_NO_SANDBOX",
            "run functions as plain processes that may do whatever fob may do (process platform)",
            false));
  }

  /** With the standard bounds. */
  public static ProcessConfig of(Path runtimeParent, Path logDirectory, boolean unsafeNoSandbox) {
    return new ProcessConfig(LocalSettings.of(runtimeParent, logDirectory), unsafeNoSandbox);
  }

  /** With the standard bounds, and sandboxes. */
  public static ProcessConfig of(Path runtimeParent, Path logDirectory) {
    return of(runtimeParent, logDirectory, false);
  }

  LocalSettings local() {
    return new LocalSettings(runtimeParent, logDirectory, startsAtOnce, startTimeout);
  }
}
