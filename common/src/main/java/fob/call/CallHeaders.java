package fob.call;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a call beside its function and payload. To add a header: add a component here,
 * and read and write it in {@code fob.bus.wire.CallWire}.
 *
 * @param deadline until when the caller waits; a call that has not started by then does not run.
 *     Null: the function's timeout, counted from {@link Call#sent}
 * @param attempt the number of the attempt, 1 for the first
 * @param replyTo the topic for the reply; null: {@code fob.response}
 * @param contentType the media type of the payload; {@link Call#JSON} means named parameters
 * @param trace the caller's W3C Trace Context, which the function receives; null: none
 * @param logBytes how many bytes of the end of the call's log the caller wants with the reply
 * @param key the call's idempotency key; null: none
 */
public record CallHeaders(
    @Nullable Instant deadline,
    int attempt,
    @Nullable String replyTo,
    String contentType,
    @Nullable TraceContext trace,
    int logBytes,
    @Nullable CallKey key) {

  /** The most bytes of its log that a reply may have. */
  public static final int MOST_LOG_BYTES = 16 * 1024;

  public CallHeaders(
      @Nullable Instant deadline,
      int attempt,
      @Nullable String replyTo,
      String contentType,
      @Nullable TraceContext trace) {
    this(deadline, attempt, replyTo, contentType, trace, 0, null);
  }

  /** The headers of a first attempt with JSON parameters and nothing else. */
  public static final CallHeaders NONE = new CallHeaders(null, 1, null, Call.JSON, null);

  /** Headers of a first attempt that a client of the gateway waits for. */
  public static CallHeaders of(
      @Nullable Instant deadline, String contentType, @Nullable TraceContext trace) {
    return new CallHeaders(deadline, 1, null, contentType, trace);
  }

  /** The same headers with another number of the attempt. */
  public CallHeaders withAttempt(int number) {
    return new CallHeaders(deadline, number, replyTo, contentType, trace, logBytes, key);
  }

  /** The same headers with another number of bytes of the log. */
  public CallHeaders withLogBytes(int bytes) {
    return new CallHeaders(deadline, attempt, replyTo, contentType, trace, bytes, key);
  }

  /** The same headers with another W3C Trace Context. */
  public CallHeaders withTrace(TraceContext of) {
    return new CallHeaders(deadline, attempt, replyTo, contentType, of, logBytes, key);
  }

  /** The same headers with an idempotency key. */
  public CallHeaders withKey(CallKey of) {
    return new CallHeaders(deadline, attempt, replyTo, contentType, trace, logBytes, of);
  }
}
