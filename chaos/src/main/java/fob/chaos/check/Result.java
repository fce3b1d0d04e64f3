package fob.chaos.check;

/**
 * The result of a call, or that there is none yet.
 *
 * @param status {@code ok}, a failure's label, {@code in-progress} or {@code unknown}
 * @param text the result as JSON, or the failure's message
 */
public record Result(String status, String text) {

  public static final Result IN_PROGRESS = new Result("in-progress", "");
  public static final Result UNKNOWN = new Result("unknown", "");

  public static Result ok(String json) {
    return new Result("ok", json);
  }

  public boolean isOk() {
    return status.equals("ok");
  }

  /** Returns whether this is the result of the call with this token. */
  boolean echoes(String token) {
    return text.contains('"' + token + '"');
  }
}
