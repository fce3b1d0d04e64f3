package fob.function;

/**
 * How a function describes itself to callers: a JSON object with the JSON Schemas {@code
 * parameters} and {@code result}, and the text {@code description}. All may be missing. The
 * function's own driver has made it, so it is not to be trusted more than the function.
 *
 * @param json at most {@link #LARGEST} characters, otherwise an IllegalArgumentException
 */
public record FunctionSchema(String json) {

  /** The longest text, and the largest answer of a driver in bytes. */
  public static final int LARGEST = 64 * 1024;

  /** A driver was asked and has no schema for the function. */
  public static final FunctionSchema NONE = new FunctionSchema("{}");

  public FunctionSchema {
    if (json.length() > LARGEST) {
      throw new IllegalArgumentException(
          "a schema has at most %d characters, not %d".formatted(LARGEST, json.length()));
    }
  }
}
