package fob.call;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function, as it travels to the invoker.
 *
 * @param function the id or the name of the function
 * @param deadline until when the caller waits; a call that has not started by then is not run.
 *     Null: the function's own timeout, counted from {@code sent}
 * @param sent when it was written to the bus
 * @param attempt 1 for the first
 * @param replyTo the topic for the reply
 * @param contentType of the payload; {@code application/json} means named parameters
 * @param traceparent of the caller (W3C Trace Context), handed on to the function
 * @param payload the caller's bytes, not copied: nobody may change them
 */
public record Call(
    RequestId id,
    String function,
    @Nullable Instant deadline,
    Instant sent,
    int attempt,
    String replyTo,
    String contentType,
    @Nullable String traceparent,
    byte[] payload) {

  public static final String JSON = "application/json";

  /** The caller's deadline, or {@code sent + timeout} where it named none. */
  public Instant deadlineOr(Duration timeout) {
    return deadline != null ? deadline : sent.plus(timeout);
  }

  /** The same call under another id. */
  public Call withId(RequestId other) {
    return new Call(
        other, function, deadline, sent, attempt, replyTo, contentType, traceparent, payload);
  }

  Call withAttempt(int number) {
    return new Call(
        id, function, deadline, sent, number, replyTo, contentType, traceparent, payload);
  }

  public boolean isJson() {
    return isJson(contentType);
  }

  /** Whether a content type is JSON, parameters such as {@code charset} aside. */
  public static boolean isJson(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().equalsIgnoreCase(JSON);
  }
}
