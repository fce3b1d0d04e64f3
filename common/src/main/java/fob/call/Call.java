package fob.call;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request to run a function once, as the invoker reads it from Kafka.
 *
 * @param function the id or the name of the function
 * @param deadline a call that has not started by then is not run; null means {@code sent} plus the
 *     function's timeout
 * @param sent when the call was written to Kafka
 * @param attempt 1 for the first attempt
 * @param replyTo the topic for the reply
 * @param contentType the payload's type; {@code application/json} means named parameters
 * @param traceparent the caller's W3C Trace Context, which the function gets; null if there is none
 * @param payload the caller's bytes; the array is not copied and must not be changed
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

  /** The content type of named parameters. */
  public static final String JSON = "application/json";

  /** Returns the caller's deadline, or {@code sent + timeout} if the caller set none. */
  public Instant deadlineOr(Duration timeout) {
    return deadline != null ? deadline : sent.plus(timeout);
  }

  /** Returns the same call with another id. */
  public Call withId(RequestId other) {
    return new Call(
        other, function, deadline, sent, attempt, replyTo, contentType, traceparent, payload);
  }

  Call withAttempt(int number) {
    return new Call(
        id, function, deadline, sent, number, replyTo, contentType, traceparent, payload);
  }

  /** Returns whether the payload is JSON. */
  public boolean isJson() {
    return isJson(contentType);
  }

  /** Returns whether a content type is JSON, whatever parameters such as {@code charset} it has. */
  public static boolean isJson(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().equalsIgnoreCase(JSON);
  }
}
