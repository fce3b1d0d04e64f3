package fob.standalone;

import fob.deployer.Deployer;
import fob.deployer.docker.DockerConfig;
import fob.deployer.docker.DockerPlatform;
import fob.deployer.process.ProcessConfig;
import fob.deployer.process.ProcessPlatform;
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
   * @throws ConfigurationException if a setting is wrong; the message is for the user
   */
  Deployer.PlatformFactory with(Path temporary, Path logs) throws ConfigurationException;

  /**
   * Returns the platform of bubblewrap sandboxes.
   *
   * @param unsafeNoSandbox runs functions without a sandbox, with all the rights of fob itself
   */
  static LocalPlatform process(boolean unsafeNoSandbox) {
    return (temporary, logs) -> {
      ProcessConfig config = ProcessConfig.of(temporary, logs, unsafeNoSandbox);
      return (drivers, owner, listener) -> new ProcessPlatform(config, drivers, listener);
    };
  }

  /**
   * Returns the platform of Docker containers.
   *
   * @param host the engine's address, such as {@code unix:///var/run/docker.sock}
   */
  static LocalPlatform docker(String host) {
    return (temporary, logs) -> {
      Env env = new Env(Map.of("DOCKER_HOST", host));
      DockerConfig config = DockerConfig.from(env, temporary, logs).stoppingAtClose();
      env.requireNoProblems();
      return (drivers, owner, listener) -> new DockerPlatform(config, drivers, owner, listener);
    };
  }
}
