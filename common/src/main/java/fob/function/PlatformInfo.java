package fob.function;

import java.util.List;

/**
 * What the deployer offers.
 *
 * @param platform such as {@code process}
 * @param languages the drivers that exist, sorted
 * @param isolation what keeps functions apart, for people
 * @param outlivesDeployer whether instances run on when their deployer has ended
 */
public record PlatformInfo(
    String platform, List<String> languages, String isolation, boolean outlivesDeployer) {
  public PlatformInfo {
    languages = List.copyOf(languages);
  }
}
