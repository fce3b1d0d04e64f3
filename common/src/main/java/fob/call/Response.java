package fob.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply together with the data that its record on {@code fob.response} carries.
 *
 * @param function the id or name by which the call named the function
 * @param attempt the number of the attempt that gave this reply
 * @param log the end of the call's log, if the caller asked for it
 * @param trace the W3C Trace Context of the attempt, or that of the call; null: none
 */
public record Response(
    RequestId id,
    String function,
    int attempt,
    Timing timing,
    Reply reply,
    List<String> log,
    @Nullable TraceContext trace) {

  public Response {
    log = List.copyOf(log);
  }

  /** A reply without a log and a trace. */
  public Response(RequestId id, String function, int attempt, Timing timing, Reply reply) {
    this(id, function, attempt, timing, reply, List.of(), null);
  }

  /** The same with another reply, and without a log. */
  public Response with(Reply other) {
    return new Response(id, function, attempt, timing, other, List.of(), trace);
  }
}
