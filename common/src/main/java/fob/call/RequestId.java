package fob.call;

import java.util.regex.Pattern;

/**
 * Names one call. fob's own are UUIDv7 (see {@link RequestIds}); a foreign producer may choose any
 * of 1 to 200 visible ASCII characters.
 */
public record RequestId(String value) {

  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,200}");

  public RequestId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a request id is 1 to 200 visible ASCII characters");
    }
  }

  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
