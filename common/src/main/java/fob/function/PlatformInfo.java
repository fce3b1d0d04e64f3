package fob.function;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The capabilities of the active deployer and its platform.
 *
 * @param platform the platform's name, such as {@code process}
 * @param languages the names of the drivers, sorted
 * @param isolation what isolates functions from each other, for users
 * @param outlivesDeployer whether instances go on running when the deployer ends
 * @param memoryMiB the memory for all instances together, if the platform knows it
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

  /** Returns why this platform can never run a function with these limits, or empty if it can. */
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
