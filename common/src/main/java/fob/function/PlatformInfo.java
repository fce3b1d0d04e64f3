package fob.function;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The capabilities of the active deployer and its platform.
 *
 * @param platform the platform's name, such as {@code process}
 * @param languages the languages of the drivers, sorted by name
 * @param isolation what isolates functions from each other, for users
 * @param outlivesDeployer whether instances go on running when the deployer ends
 * @param memoryMiB the memory for all instances together, if the platform knows it
 * @param logsWithCalls whether the deployer cannot read what functions print, so that invokers ask
 *     for the lines of each call
 * @param runsImages whether functions may run in images of their own
 */
public record PlatformInfo(
    String platform,
    List<Language> languages,
    String isolation,
    boolean outlivesDeployer,
    OptionalInt memoryMiB,
    boolean logsWithCalls,
    boolean runsImages) {

  public PlatformInfo(
      String platform,
      List<Language> languages,
      String isolation,
      boolean outlivesDeployer,
      OptionalInt memoryMiB) {
    this(platform, languages, isolation, outlivesDeployer, memoryMiB, false, false);
  }

  public PlatformInfo {
    languages = List.copyOf(languages);
  }

  /** Returns the language with this name. */
  public Optional<Language> language(String name) {
    return languages.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** Returns the names of the languages for a message. */
  public String languageNames() {
    return languages.stream().map(Language::name).collect(Collectors.joining(", "));
  }

  /** Returns why this platform can never run a function with this image, or empty if it can. */
  public Optional<String> refusalOfImage(@Nullable String image) {
    return image == null || runsImages
        ? Optional.empty()
        : Optional.of(
            "image=%s: the platform '%s' runs no images; leave image out and name a language, or have the operator start the deployer on the platform docker or marathon"
                .formatted(image, platform));
  }

  /** Returns why this platform can never run a function, or empty if it can. */
  public Optional<String> refusal(FunctionSpec spec) {
    return refusalOfImage(spec.upload().image()).or(() -> refusal(spec.limits()));
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
