package fob.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;

/**
 * A language that functions can be written in, and how its code is recognised. Regular expressions
 * are RE2, whose time grows only with the length of the text. The constructor throws an
 * IllegalArgumentException for an expression that is none.
 *
 * @param extensions the ends of the names of its files, such as {@code .py}
 * @param shebang matches the base name of the interpreter in a {@code #!} line; empty: none does
 * @param signs any match in a source file is a clear sign of this language
 * @param entries the names of the entry file of an archive, the first that is there counts
 * @param declares a source file, or an archive's entry file, that matches one of these may declare
 *     dependencies
 * @param manifests further files at the top of an archive that may declare dependencies
 */
public record Language(
    String name,
    List<String> extensions,
    String shebang,
    List<String> signs,
    List<String> entries,
    List<String> declares,
    List<String> manifests) {

  /** The interpreter in a {@code #!} line, also after {@code env}. */
  private static final Pattern SHEBANG =
      Pattern.compile(
          "^#![ \\t]*(?:\\S*/env[ \\t]+(?:-\\S+[ \\t]+)*)?(?:[^ \\t\\r\\n]*/)?([^ \\t\\r\\n/]+)");

  public Language {
    extensions = List.copyOf(extensions);
    signs = List.copyOf(signs);
    entries = List.copyOf(entries);
    declares = List.copyOf(declares);
    manifests = List.copyOf(manifests);
    checkExpression(shebang);
    signs.forEach(Language::checkExpression);
    declares.forEach(Language::checkExpression);
  }

  /**
   * Checks a regular expression.
   *
   * @throws IllegalArgumentException if it is none of RE2; the message is for the user
   */
  public static void checkExpression(String expression) {
    try {
      var _ = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'%s' is no regular expression of RE2: %s".formatted(expression, e.getDescription()), e);
    }
  }

  /** Returns a language of which only the name is known. */
  public static Language named(String name) {
    return new Language(name, List.of(), "", List.of(), List.of(), List.of(), List.of());
  }

  /** Whether nothing but the name is known. */
  public boolean isOnlyAName() {
    return equals(named(name));
  }

  /** Whether a file of this name is in this language. */
  public boolean hasExtensionOf(String fileName) {
    return extensions.stream().anyMatch(fileName::endsWith);
  }

  /** Whether a text begins with a {@code #!} line that names an interpreter of this language. */
  public boolean hasShebangOf(String text) {
    Matcher line = SHEBANG.matcher(text);
    return !shebang.isEmpty() && line.find() && Pattern.matches(shebang, line.group(1));
  }

  /** Whether a text has a clear sign of this language. */
  public boolean hasSignIn(String text) {
    return anyIn(signs, text);
  }

  /** Whether a source file or entry file of this language may declare dependencies. */
  public boolean mayDeclareIn(String text) {
    return anyIn(declares, text);
  }

  private static boolean anyIn(List<String> expressions, String text) {
    return expressions.stream().anyMatch(each -> Pattern.compile(each).matcher(text).find());
  }
}
