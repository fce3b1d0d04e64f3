package fob.call;

/**
 * Names one call. fob's own are UUIDv7 (see {@link RequestIds}); a foreign producer may choose any
 * of 1 to 200 visible ASCII characters.
 */
public record RequestId(String value) {

  private static final int MAX_LENGTH = 200;

  public RequestId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a request id is 1 to 200 visible ASCII characters");
    }
  }

  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && text.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  @Override
  public String toString() {
    return value;
  }
}
