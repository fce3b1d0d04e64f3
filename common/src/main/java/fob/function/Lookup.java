package fob.function;

import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the function that users mean by an id, by a name, or by a name with a version such as
 * {@code add@3}. Thread-safe if the names are.
 *
 * @param names what is known of a name
 */
public record Lookup(Function<FunctionName, Optional<NameState>> names) {

  /** Returns whether the text has one of the three forms. */
  public static boolean isValid(String text) {
    return FunctionId.parse(text).isPresent()
        || FunctionName.isValid(text)
        || VersionName.parse(text).isPresent();
  }

  /**
   * Returns the function that a text stands for, which may not exist any more. A name stands for
   * the version with the largest weight.
   */
  public Optional<FunctionId> find(String text) {
    return find(text, NameState::target);
  }

  /**
   * Returns the function for one call.
   *
   * @param lot decides among the versions of a name, see {@link Weights#choose}
   */
  public Optional<FunctionId> find(String text, String lot) {
    return find(text, name -> name.target(lot));
  }

  private Optional<FunctionId> find(String text, Function<NameState, FunctionId> choice) {
    if (FunctionName.isValid(text)) {
      return names.apply(new FunctionName(text)).map(choice);
    }
    return FunctionId.parse(text)
        .or(() ->
            VersionName.parse(text)
                .flatMap(of -> names.apply(of.name()).flatMap(name -> name.find(of.version()))));
  }

  /** Says in one sentence that a text stands for no function. */
  public String unknown(String text) {
    return VersionName.parse(text)
        .flatMap(of ->
            names
                .apply(of.name())
                .map(name ->
                    "there is no version %d of '%s'; there are %s"
                        .formatted(of.version(), of.name(), name.versionNames())))
        .orElse("there is no function '" + text + "'");
  }
}
