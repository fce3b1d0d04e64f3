package fob.deployer;

import fob.bus.BusSettings;
import fob.secret.SecretKeys;
import fob.service.Env;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of a deployer.
 *
 * @param member the deployer's unique name, which it keeps over restarts; may be empty
 * @param host the address of the health endpoints
 * @param port of the health endpoints; 0 takes a free one
 * @param drivers the drivers of all languages
 * @param platform the platform that runs the functions
 * @param secretKeys the keys of secrets; empty: functions that have secrets cannot run
 * @param keptVersions how many versions of a name stay
 */
public record DeployerConfig(
    BusSettings bus,
    Optional<String> member,
    String host,
    int port,
    Drivers drivers,
    Platforms platform,
    Optional<SecretKeys> secretKeys,
    int keptVersions) {

  /** How many versions of a name stay where nothing else is set. */
  public static final int KEPT_VERSIONS = 5;

  /** The variable that sets it. */
  public static final String KEEP_VERSIONS = "FOB_KEEP_VERSIONS";

  private static final int MOST_KEPT = 1000;
  private static final int DEFAULT_PORT = 9998;

  /** Reads the settings. The environment collects the problems. */
  public static DeployerConfig from(Env env) {
    String names = Platforms.names(_ -> true);
    return new DeployerConfig(
        BusSettings.from(env).ofService("deployer"),
        BusSettings.member(env),
        env.host("FOB_HOST", "the address of /healthz and /readyz", "127.0.0.1"),
        env.port("FOB_PORT", "the port of /healthz and /readyz; 0 takes a free one", DEFAULT_PORT),
        drivers(env),
        env.value(
            "FOB_PLATFORM",
            "what runs functions: " + names,
            Platforms.PROCESS,
            names,
            name -> Platforms.named(name).orElseThrow(IllegalArgumentException::new)),
        SecretKeys.from(env),
        keptVersions(env));
  }

  /** Reads how many versions of a name stay. The environment collects the problems. */
  public static int keptVersions(Env env) {
    return env.integer(
        KEEP_VERSIONS,
        "how many versions of a name stay; older ones are removed unless the name leads to them",
        KEPT_VERSIONS,
        1,
        MOST_KEPT);
  }

  private static Drivers drivers(Env env) {
    Path folder =
        env.path(
            "FOB_DRIVERS",
            "the folder of drivers, one sub-folder a language",
            Path.of("drivers").toAbsolutePath());
    try {
      return Drivers.in(folder);
    } catch (IOException e) {
      env.problem("FOB_DRIVERS='%s': %s".formatted(folder, e.getMessage()));
      return Drivers.none();
    }
  }
}
