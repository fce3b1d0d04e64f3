package fob.function;

import java.util.regex.Pattern;

/**
 * A name that users give to a function. It leads to one version of the function, or to several by
 * weights, and moves to a newer version when that is ready, see {@link NameState}. A name matches
 * {@code [a-z][a-z0-9-]{0,62}} and never has the form of a {@link FunctionId}.
 */
public record FunctionName(String value) {

  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  /**
   * Creates a name.
   *
   * @throws IllegalArgumentException if {@link #isValid} is false; the message is for the user
   */
  public FunctionName {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "'"
              + value
              + "' is not a function name: a letter a-z, then up to 62 of a-z, 0-9 and '-', and not"
              + " the form of an id; fob numbers the versions of a name itself, such as add@1");
    }
  }

  /** Returns whether the text is a name. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches() && FunctionId.parse(text).isEmpty();
  }

  @Override
  public String toString() {
    return value;
  }
}
