package fob.call;

/**
 * Identifies one call. The gateway creates UUIDs of version 7, see {@link RequestIds}. A Kafka
 * client may choose any text of 1 to 200 visible ASCII characters.
 */
public record RequestId(String value) {

  private static final int MAX_LENGTH = 200;

  /**
   * Creates a request id.
   *
   * @throws IllegalArgumentException if {@link #isValid} is false
   */
  public RequestId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a request id is 1 to 200 visible ASCII characters");
    }
  }

  /** Returns whether the text has 1 to 200 visible ASCII characters and nothing else. */
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
