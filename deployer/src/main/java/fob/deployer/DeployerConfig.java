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
 * @param logs the folder for what functions print
 * @param unsafeNoSandbox run functions without a sandbox: for a machine that cannot have one, and
 *     for nobody's code but your own
 */
public record DeployerConfig(
    BusSettings bus,
    Optional<String> member,
    String host,
    int port,
    Path drivers,
    Path logs,
    boolean unsafeNoSandbox) {

  private static final int DEFAULT_PORT = 9998;

  public static DeployerConfig from(Env env) {
    return new DeployerConfig(
        BusSettings.from(env),
        env.optional("FOB_MEMBER"),
        env.text("FOB_HOST", "127.0.0.1"),
        env.port("FOB_PORT", DEFAULT_PORT),
        env.path("FOB_DRIVERS", Path.of("drivers")),
        env.path("FOB_LOGS", Path.of(System.getProperty("user.home"), ".fob", "logs")),
        env.flag("FOB_UNSAFE_NO_SANDBOX", false));
  }
}
