package fob.gateway.upload;

import fob.function.Language;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a registration says about its upload.
 *
 * @param languages the languages that the code may be written in
 * @param given whether the registration names the language, which is then the only one
 * @param entry the path of the entry file; null if the registration names none
 */
public record Wanted(List<Language> languages, boolean given, @Nullable String entry) {

  public Wanted {
    languages = List.copyOf(languages);
  }

  /** Returns the names of some languages for a message. */
  static String names(List<Language> languages) {
    return languages.stream().map(Language::name).collect(Collectors.joining(", "));
  }
}
