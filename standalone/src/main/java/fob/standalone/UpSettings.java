package fob.standalone;

import fob.deployer.DeployerConfig;
import fob.metrics.MetricsSettings;
import fob.service.ConfigurationException;
import fob.service.Env;
import fob.service.Setting;
import fob.traces.TraceSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The values of {@code fob up --setting}.
 *
 * @param keptVersions how many versions of a name stay
 * @param metrics what is counted
 * @param traces where traces go
 * @param ofPlatform the other settings, which the platform reads
 */
record UpSettings(
    int keptVersions,
    MetricsSettings metrics,
    TraceSettings traces,
    Map<String, String> ofPlatform) {

  /**
   * @throws ConfigurationException if a setting that the platform does not read is wrong
   */
  static UpSettings of(Map<String, String> given) throws ConfigurationException {
    Env nothingSet = new Env(Map.of());
    var _ = read(nothingSet, Map.of());
    Set<String> known =
        nothingSet.settings().stream().map(Setting::key).collect(Collectors.toSet());
    Map<String, String> own = new HashMap<>(given);
    own.keySet().removeIf(key -> !known.contains(key) && !key.startsWith(TraceSettings.PREFIX));
    Map<String, String> ofPlatform = new HashMap<>(given);
    ofPlatform.keySet().removeAll(own.keySet());
    Env env = new Env(own);
    UpSettings settings = read(env, ofPlatform);
    env.requireNoProblems();
    return settings;
  }

  private static UpSettings read(Env env, Map<String, String> ofPlatform) {
    return new UpSettings(
        DeployerConfig.keptVersions(env),
        MetricsSettings.from(env),
        TraceSettings.from(env),
        Map.copyOf(ofPlatform));
  }
}
