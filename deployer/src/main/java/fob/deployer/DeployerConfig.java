package fob.deployer;

import fob.bus.BusSettings;
import fob.service.Env;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of a deployer.
 *
 * @param member a name that this deployer alone has and keeps over restarts, if it has one
 * @param host the address of the health endpoints
 * @param port of the health endpoints; 0 takes a free one
 * @param drivers the folder of drivers
 * @param platform what runs functions
 */
public record DeployerConfig(
    BusSettings bus,
    Optional<String> member,
    String host,
    int port,
    Path drivers,
    Platforms platform) {

  private static final int DEFAULT_PORT = 9998;

  public static DeployerConfig from(Env env) {
    return new DeployerConfig(
        BusSettings.from(env),
        env.optional("FOB_MEMBER"),
        env.text("FOB_HOST", "127.0.0.1"),
        env.port("FOB_PORT", DEFAULT_PORT),
        env.path("FOB_DRIVERS", Path.of("drivers").toAbsolutePath()),
        env.value(
            "FOB_PLATFORM",
            Platforms.PROCESS,
            "process, docker or marathon",
            DeployerConfig::platform));
  }

  private static Platforms platform(String text) {
    return switch (text) {
      case "process" -> Platforms.PROCESS;
      case "docker" -> Platforms.DOCKER;
      case "marathon" -> Platforms.MARATHON;
      default -> throw new IllegalArgumentException();
    };
  }
}
