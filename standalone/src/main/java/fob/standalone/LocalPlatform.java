package fob.standalone;

import fob.deployer.Deployer;
import fob.deployer.Drivers;
import fob.deployer.Platforms;
import fob.service.ConfigurationException;
import fob.service.Env;
import java.nio.file.Path;
import java.util.Map;

/** A platform that runs functions on this machine. Its instances end with this process. */
@FunctionalInterface
public interface LocalPlatform {

  /**
   * Reads the platform's settings.
   *
   * @param temporary the folder for sockets
   * @param logs the folder for the functions' logs
   * @param drivers the drivers of all languages
   * @throws ConfigurationException if a setting is wrong; the message is for the user
   */
  Deployer.PlatformFactory with(Path temporary, Path logs, Drivers drivers)
      throws ConfigurationException;

  /**
   * Returns a platform of this machine with settings.
   *
   * @param settings the platform's environment variables; others are not read
   */
  static LocalPlatform of(Platforms platform, Map<String, String> settings) {
    return (temporary, logs, drivers) -> {
      Env env = new Env(settings);
      Deployer.PlatformFactory factory =
          platform.configure(env, new Platforms.Surroundings(temporary, logs, true, drivers));
      env.requireNoProblems();
      return factory;
    };
  }

  /**
   * Returns the platform of bubblewrap sandboxes.
   *
   * @param unsafeNoSandbox runs functions without a sandbox, with all the rights of fob itself
   */
  static LocalPlatform process(boolean unsafeNoSandbox) {
    return of(
        Platforms.PROCESS, Map.of("FOB_UNSAFE_NO_SANDBOX", Boolean.toString(unsafeNoSandbox)));
  }

  /**
   * Returns the platform of Docker containers.
   *
   * @param host the engine's address, such as {@code unix:///var/run/docker.sock}
   */
  static LocalPlatform docker(String host) {
    return of(Platforms.DOCKER, Map.of("DOCKER_HOST", host));
  }
}
