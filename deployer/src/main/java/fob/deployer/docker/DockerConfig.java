package fob.deployer.docker;

import fob.deployer.Platforms;
import fob.deployer.layer.InstallSettings;
import fob.deployer.local.LocalSettings;
import fob.service.Env;
import java.math.BigDecimal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the Docker platform.
 *
 * @param socket the Docker engine's Unix socket; an absolute path
 * @param cpus the most cores that one instance may use, 0.01 to 1024
 * @param runtime the name of the engine's runtime that runs containers, such as {@code runsc};
 *     null: the engine's default
 * @param stopAtClose whether containers end with this deployer; else the next one takes them over
 * @param install the settings of installers of dependencies
 * @param installNetwork the engine's network that they use
 */
public record DockerConfig(
    LocalSettings local,
    Path socket,
    BigDecimal cpus,
    @Nullable String runtime,
    boolean stopAtClose,
    InstallSettings install,
    String installNetwork) {

  static final String RUNTIME = "FOB_DOCKER_RUNTIME";
  static final String INSTALL_NETWORK = "FOB_DOCKER_INSTALL_NETWORK";
  private static final String BRIDGE = "bridge";
  private static final String UNIX = "unix://";
  private static final String FOB_HOST = "FOB_DOCKER_HOST";
  private static final String HOST_MEANING =
      "the engine's socket, as unix:///path (Docker platform)";
  private static final Path SOCKET = Path.of("/var/run/docker.sock");
  private static final BigDecimal CPUS = BigDecimal.ONE;
  private static final BigDecimal FEWEST_CPUS = new BigDecimal("0.01");
  private static final BigDecimal MOST_CPUS = new BigDecimal(1024);

  public DockerConfig {
    if (!socket.isAbsolute()) {
      throw new IllegalArgumentException(
          "the engine's socket must be an absolute path, not " + socket);
    }
    if (cpus.compareTo(FEWEST_CPUS) < 0 || cpus.compareTo(MOST_CPUS) > 0) {
      throw new IllegalArgumentException("cpus must be 0.01 to 1024, not " + cpus);
    }
  }

  /** Creates settings with the standard installers. */
  public DockerConfig(
      LocalSettings local,
      Path socket,
      BigDecimal cpus,
      @Nullable String runtime,
      boolean stopAtClose) {
    this(local, socket, cpus, runtime, stopAtClose, InstallSettings.STANDARD, BRIDGE);
  }

  /** Reads the settings. The environment collects the problems. */
  public static DockerConfig from(Env env, Platforms.Surroundings surroundings) {
    String expected =
        "unix:// and the path of the engine's socket, such as unix://%s (others are not supported)"
            .formatted(SOCKET);
    // The setting for fob alone goes before the setting for every client of Docker.
    Path socket =
        env.isSet(FOB_HOST)
            ? env.value(FOB_HOST, HOST_MEANING, SOCKET, expected, DockerConfig::socket)
            : env.value(
                "DOCKER_HOST",
                "the same, for every client of Docker",
                SOCKET,
                expected + ", or set FOB_DOCKER_HOST",
                DockerConfig::socket);
    return new DockerConfig(
        LocalSettings.from(env, surroundings.temporary(), surroundings.logs()),
        socket,
        env.value(
            "FOB_DOCKER_CPUS",
            "the most cores that one instance may use (Docker platform)",
            CPUS,
            "a number from 0.01 to 1024",
            DockerConfig::cpus),
        env.isSet(RUNTIME)
            ? env.value(
                RUNTIME,
                "the engine's runtime that runs containers, such as runsc (Docker platform)",
                "",
                "a name of letters, digits, '.', '_' and '-', as in docker info",
                DockerConfig::name)
            : null,
        surroundings.endsFunctions(),
        InstallSettings.from(env, surroundings.drivers()),
        env.value(
            INSTALL_NETWORK,
            "the engine's network that installers of dependencies use; host reaches an index on this"
                + " machine (Docker platform)",
            BRIDGE,
            "a name of letters, digits, '.', '_' and '-', as in docker network ls",
            DockerConfig::name));
  }

  /** Returns the standard settings. */
  public static DockerConfig of(Path runtimeParent, Path logDirectory) {
    return new DockerConfig(
        LocalSettings.of(runtimeParent, logDirectory), SOCKET, CPUS, null, false);
  }

  /** Returns the same settings, with containers that end with this deployer. */
  DockerConfig stoppingAtClose() {
    return new DockerConfig(local, socket, cpus, runtime, true, install, installNetwork);
  }

  private static Path socket(String text) {
    if (!text.startsWith(UNIX + "/")) {
      throw new IllegalArgumentException();
    }
    return Path.of(text.substring(UNIX.length()));
  }

  private static String name(String text) {
    if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static BigDecimal cpus(String text) {
    BigDecimal cpus = new BigDecimal(text);
    if (cpus.compareTo(FEWEST_CPUS) < 0 || cpus.compareTo(MOST_CPUS) > 0) {
      throw new IllegalArgumentException();
    }
    return cpus;
  }
}
