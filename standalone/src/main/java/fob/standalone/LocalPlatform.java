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

/** What runs functions on this machine, and ends with this process. */
@FunctionalInterface
public interface LocalPlatform {

  /**
   * Reads its settings.
   *
   * @param temporary for sockets
   * @param logs for what functions print
   * @throws ConfigurationException if a setting is wrong; the message is for the user
   */
  Deployer.PlatformFactory with(Path temporary, Path logs) throws ConfigurationException;

  /** Sandboxes of bubblewrap; or none, where functions may do whatever fob may do. */
  static LocalPlatform process(boolean unsafeNoSandbox) {
    return (temporary, logs) -> {
      ProcessConfig config = ProcessConfig.of(temporary, logs, unsafeNoSandbox);
      return (drivers, owner, listener) -> new ProcessPlatform(config, drivers, listener);
    };
  }

  /**
   * Containers of a Docker engine.
   *
   * @param host where it listens, such as {@code unix:///var/run/docker.sock}
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
