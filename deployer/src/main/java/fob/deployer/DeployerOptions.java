package fob.deployer;

import fob.secret.SecretKeys;
import java.util.Optional;

/**
 * What a deployer works with.
 *
 * @param member the deployer's unique name, which it keeps over restarts; may be empty
 * @param drivers the drivers of all languages
 * @param platform creates what runs the functions
 * @param secretKeys the keys of secrets; empty: functions that have secrets cannot run
 * @param keptVersions how many versions of a name stay, at least 1
 */
public record DeployerOptions(
    Optional<String> member,
    Drivers drivers,
    Deployer.PlatformFactory platform,
    Optional<SecretKeys> secretKeys,
    int keptVersions) {

  /** Creates options with the usual number of versions. */
  public DeployerOptions(
      Optional<String> member,
      Drivers drivers,
      Deployer.PlatformFactory platform,
      Optional<SecretKeys> secretKeys) {
    this(member, drivers, platform, secretKeys, DeployerConfig.KEPT_VERSIONS);
  }
}
