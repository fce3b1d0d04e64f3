package fob.metrics;

import fob.call.Failure;
import fob.call.Timing;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt at a call. An asynchronous call that is retried has several.
 *
 * @param failure how the attempt failed; null if the function answered
 * @param requestBytes the size of the payload
 * @param replyBytes the size of the function's answer; 0 if there is none
 * @param traceId the id of the call's trace, for an exemplar; null if the call is not traced
 */
public record CallEnd(
    Kind kind,
    @Nullable Failure failure,
    Timing timing,
    long requestBytes,
    long replyBytes,
    @Nullable String traceId) {

  /** Who made the call, and how. */
  public enum Kind {
    /** A client of a gateway that waits for the reply. */
    SYNC,
    /** A client of a gateway that does not wait. */
    ASYNC,
    /** A Kafka client. */
    KAFKA;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The value of the label {@code kind}. */
    String label() {
      return label;
    }
  }
}
