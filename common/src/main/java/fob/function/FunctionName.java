package fob.function;

import java.util.regex.Pattern;

/**
 * A name that users give to a function: a pointer that moves to a newer version once that is ready.
 * It reads {@code [a-z][a-z0-9-]{0,62}} and can never be mistaken for a {@link FunctionId}.
 */
public record FunctionName(String value) {

  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  public FunctionName {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "'"
              + value
              + "' is not a function name: a letter a-z, then up to 62 of a-z, 0-9 and '-', and not"
              + " the form of an id");
    }
  }

  public static boolean isValid(String text) {
    return FORM.matcher(text).matches() && FunctionId.parse(text).isEmpty();
  }

  @Override
  public String toString() {
    return value;
  }
}
