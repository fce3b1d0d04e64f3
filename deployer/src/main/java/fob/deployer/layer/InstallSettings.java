package fob.deployer.layer;

import fob.deployer.Drivers;
import fob.service.Env;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The bounds of an installer, and what the operator tells it.
 *
 * @param timeout how long each of its two steps may take
 * @param layerMiB the most that the dependencies of one function may have when they are unpacked
 * @param reuse how long the versions that were chosen for a declaration are used again for the same
 *     one; zero: never
 * @param variables environment variables for installers, by name; a language sees its own only
 */
public record InstallSettings(
    Duration timeout, int layerMiB, Duration reuse, Map<String, String> variables) {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration REUSE = Duration.ofMinutes(5);
  private static final Duration LONGEST_REUSE = Duration.ofDays(1);
  private static final int LAYER_MIB = 256;
  private static final int MOST_MIB = 1024;

  /** The standard bounds. */
  public static final InstallSettings STANDARD =
      new InstallSettings(TIMEOUT, LAYER_MIB, REUSE, Map.of());

  public InstallSettings {
    variables = Map.copyOf(variables);
  }

  /** Reads the settings. The environment collects the problems. */
  public static InstallSettings from(Env env, Drivers drivers) {
    Map<String, String> variables = new HashMap<>();
    for (String name : drivers.installerSettings()) {
      env.optional(name, "for the installers of dependencies; see the language's README")
          .ifPresent(value -> variables.put(name, value));
    }
    return new InstallSettings(
        env.duration(
            "FOB_INSTALL_TIMEOUT",
            "how long each step of installing dependencies may take",
            TIMEOUT,
            SHORTEST,
            LONGEST),
        env.integer(
            "FOB_LAYER_MIB",
            "the most that the dependencies of one function may have, in MiB",
            LAYER_MIB,
            1,
            MOST_MIB),
        env.duration(
            "FOB_LOCK_REUSE",
            "how long the versions that were chosen for a declaration are used for the same one; 0s: never",
            REUSE,
            Duration.ZERO,
            LONGEST_REUSE),
        variables);
  }

  /** Returns the same as {@link #layerMiB}, in bytes. */
  public long layerBytes() {
    return (long) layerMiB << 20;
  }
}
