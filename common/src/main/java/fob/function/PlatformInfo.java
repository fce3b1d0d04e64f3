package fob.function;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the deployer offers.
 *
 * @param platform such as {@code process}
 * @param languages the drivers that exist, sorted
 * @param isolation what keeps functions apart, for people
 * @param outlivesDeployer whether instances run on when their deployer has ended
 * @param memoryMiB the memory that there is for all instances, if the platform knows it
 */
public record PlatformInfo(
    String platform,
    List<String> languages,
    String isolation,
    boolean outlivesDeployer,
    OptionalInt memoryMiB) {

  public PlatformInfo {
    languages = List.copyOf(languages);
  }

  /** Why this platform can never run a function with these limits; empty if it may. */
  public Optional<String> refusal(Limits limits) {
    long needed = (long) limits.instances() * limits.memoryMiB();
    return memoryMiB.isPresent() && needed > memoryMiB.getAsInt()
        ? Optional.of(
            "instances=%d with memory=%d need %d MiB, and the platform '%s' has %d MiB in all; ask for fewer instances or less memory"
                .formatted(
                    limits.instances(), limits.memoryMiB(), needed, platform, memoryMiB.getAsInt()))
        : Optional.empty();
  }
}
