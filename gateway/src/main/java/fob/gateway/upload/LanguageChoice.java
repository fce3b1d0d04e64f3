package fob.gateway.upload;

import fob.function.Language;
import fob.gateway.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the language of a source file by its name, its first line, and signs in its text. */
final class LanguageChoice {

  private LanguageChoice() {}

  /**
   * Returns the language of a source file.
   *
   * @param fileName empty if it is not known
   * @param hint what else may be wrong if no language is recognised; may be empty
   * @throws Problem if no language fits, or several
   */
  static Language of(String fileName, String text, Wanted wanted, String hint) {
    List<Language> known = wanted.languages();
    if (wanted.given() || (known.size() == 1 && known.getFirst().isOnlyAName())) {
      return known.getFirst();
    }
    List<Language> fitting = List.of();
    List<Predicate<Language>> tests =
        List.of(
            language -> language.hasExtensionOf(fileName),
            language -> language.hasShebangOf(text),
            language -> language.hasSignIn(text));
    for (Predicate<Language> test : tests) {
      List<Language> among = fitting.isEmpty() ? known : fitting;
      List<Language> found = among.stream().filter(test).toList();
      if (found.size() == 1) {
        return found.getFirst();
      }
      fitting = found.isEmpty() ? fitting : found;
    }
    throw fitting.isEmpty() ? unknown(known, hint) : ambiguous(fitting);
  }

  static Problem ambiguous(List<Language> fitting) {
    return Refusals.unclear(
        "ambiguous-language",
        "the code may be in any of these languages: %s; name one, as in lang=%s"
            .formatted(Wanted.names(fitting), fitting.getFirst().name()));
  }

  private static Problem unknown(List<Language> known, String hint) {
    return Refusals.unclear(
        "unknown-language",
        "the language of the code is not recognised%s. Name it, as in lang=%s, or send a file with its name (curl -F file=@FILE). There are %s"
            .formatted(
                hint.isEmpty() ? "" : ", and " + hint,
                known.isEmpty() ? "NAME" : known.getFirst().name(),
                known.isEmpty()
                    ? "no languages here"
                    : known.stream()
                        .map(LanguageChoice::described)
                        .collect(Collectors.joining("; "))));
  }

  private static String described(Language language) {
    List<String> marks = new ArrayList<>();
    if (!language.extensions().isEmpty()) {
      marks.add("a file name such as *" + String.join(", *", language.extensions()));
    }
    if (!language.shebang().isEmpty()) {
      marks.add("a first line #!" + language.shebang());
    }
    if (!language.signs().isEmpty()) {
      marks.add("a text that matches " + String.join(" or ", language.signs()));
    }
    return marks.isEmpty()
        ? language.name() + " (which must be named)"
        : language.name() + " (" + String.join(", or ", marks) + ")";
  }
}
