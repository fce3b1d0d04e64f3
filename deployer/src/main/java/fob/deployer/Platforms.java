package fob.deployer;

import fob.deployer.docker.DockerPlatform;
import fob.deployer.marathon.MarathonPlatform;
import fob.deployer.process.ProcessPlatform;
import fob.service.Env;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The platforms that there are. A new platform is a class that implements {@link Platform}, with a
 * method that reads its settings, and a line here. Everything else that names platforms asks this
 * enum.
 */
public enum Platforms {
  /** Sandboxes of bubblewrap on this machine. */
  PROCESS(true, ProcessPlatform::configure),
  /** Containers of this machine's Docker engine. */
  DOCKER(true, DockerPlatform::configure),
  /** Apps of a Marathon cluster. */
  MARATHON(false, MarathonPlatform::configure);

  /**
   * The circumstances of a deployer that its platform's settings depend on.
   *
   * @param temporary the folder for sockets, unless a setting names another one
   * @param logs the folder for the functions' logs, unless a setting names another one
   * @param endsFunctions whether all functions of this machine end with the deployer
   * @param drivers the drivers, whose installers have settings
   */
  public record Surroundings(Path temporary, Path logs, boolean endsFunctions, Drivers drivers) {}

  /** Reads a platform's settings. */
  @FunctionalInterface
  interface Configuration {
    /** See {@link Platforms#configure}. */
    Deployer.PlatformFactory read(Env env, Surroundings surroundings);
  }

  private final boolean local;

  @SuppressWarnings("ImmutableEnumChecker") // each is a reference to a static method
  private final Configuration configuration;

  Platforms(boolean local, Configuration configuration) {
    this.local = local;
    this.configuration = configuration;
  }

  /** Returns the platform with this name, such as {@code docker}; empty if there is none. */
  public static Optional<Platforms> named(String name) {
    return Arrays.stream(values()).filter(each -> each.toString().equals(name)).findFirst();
  }

  /** Returns the names of some platforms for a message, such as {@code process or docker}. */
  public static String names(Predicate<Platforms> which) {
    List<String> all = Arrays.stream(values()).filter(which).map(Platforms::toString).toList();
    int last = all.size() - 1;
    return last < 1
        ? String.join("", all)
        : String.join(", ", all.subList(0, last)) + " or " + all.get(last);
  }

  /** Whether the functions run on the deployer's own machine. */
  public boolean isLocal() {
    return local;
  }

  /** Reads the platform's settings. The environment collects the problems. */
  public Deployer.PlatformFactory configure(Env env, Surroundings surroundings) {
    return configuration.read(env, surroundings);
  }

  /** Returns the name, as {@code FOB_PLATFORM} has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
