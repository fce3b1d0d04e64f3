package fob.deployer;

import fob.deployer.docker.DockerConfig;
import fob.deployer.docker.DockerPlatform;
import fob.deployer.marathon.MarathonPlatform;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.process.ProcessConfig;
import fob.deployer.process.ProcessPlatform;
import fob.service.Env;
import java.nio.file.Path;
import java.util.Locale;

/** The platforms that there are. */
public enum Platforms {
  /** Sandboxes of bubblewrap on this machine. */
  PROCESS {
    @Override
    public Deployer.PlatformFactory from(Env env, Path temporary, Path logs) {
      ProcessConfig config = ProcessConfig.from(env, temporary, logs);
      return (drivers, owner, listener) -> new ProcessPlatform(config, drivers, listener);
    }
  },
  /** Containers of this machine's Docker engine. */
  DOCKER {
    @Override
    public Deployer.PlatformFactory from(Env env, Path temporary, Path logs) {
      DockerConfig config = DockerConfig.from(env, temporary, logs);
      return (drivers, owner, listener) -> new DockerPlatform(config, drivers, owner, listener);
    }
  },
  /** Apps of a Marathon cluster. */
  MARATHON {
    @Override
    public Deployer.PlatformFactory from(Env env, Path temporary, Path logs) {
      MarathonConfig config = MarathonConfig.from(env);
      return (drivers, owner, listener) -> new MarathonPlatform(config, drivers, owner, listener);
    }
  };

  /** As {@code FOB_PLATFORM} has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the platform's settings; problems are gathered in the environment.
   *
   * @param temporary for sockets where nothing else is said
   * @param logs for what functions print, where nothing else is said
   */
  public abstract Deployer.PlatformFactory from(Env env, Path temporary, Path logs);
}
