package fob.chaos.check;

/**
 * How a call ended, or that it has not, as anybody who looks may see it.
 *
 * @param status {@code ok}, a failure's label, or {@code going} or {@code unknown}
 * @param text the result as JSON, or the failure's message
 */
public record Result(String status, String text) {

  public static final Result GOING = new Result("going", "");
  public static final Result UNKNOWN = new Result("unknown", "");

  public static Result ok(String json) {
    return new Result("ok", json);
  }

  public boolean isOk() {
    return status.equals("ok");
  }

  /** Whether it is the answer to this token's call. */
  boolean echoes(String token) {
    return text.contains('"' + token + '"');
  }
}
