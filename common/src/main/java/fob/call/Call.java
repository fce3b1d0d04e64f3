package fob.call;

import java.time.Duration;
import java.time.Instant;

/**
 * A request to run a function once, as the invoker reads it from Kafka.
 *
 * @param function the id or the name of the function
 * @param sent when the call was written to Kafka
 * @param payload the caller's bytes; the array is not copied and must not be changed
 */
public record Call(
    RequestId id, String function, Instant sent, CallHeaders headers, byte[] payload) {

  /** The content type of named parameters. */
  public static final String JSON = "application/json";

  /** Returns the caller's deadline, or {@code sent + timeout} if the caller set none. */
  public Instant deadlineOr(Duration timeout) {
    Instant deadline = headers.deadline();
    return deadline != null ? deadline : sent.plus(timeout);
  }

  /** Returns the same call with an idempotency key. */
  public Call withKey(CallKey key) {
    return new Call(id, function, sent, headers.withKey(key), payload);
  }

  /** Returns the same call with another W3C Trace Context. */
  public Call withTrace(TraceContext trace) {
    return new Call(id, function, sent, headers.withTrace(trace), payload);
  }

  /** Returns the same call, which asks for another number of bytes of its log. */
  public Call withLogBytes(int bytes) {
    return bytes == headers.logBytes()
        ? this
        : new Call(id, function, sent, headers.withLogBytes(bytes), payload);
  }

  Call withAttempt(int number) {
    return new Call(id, function, sent, headers.withAttempt(number), payload);
  }

  /** Returns whether the payload is JSON. */
  public boolean isJson() {
    return isJson(headers.contentType());
  }

  /** Returns whether a content type is JSON, whatever parameters such as {@code charset} it has. */
  public static boolean isJson(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().equalsIgnoreCase(JSON);
  }
}
