package fob.call;

import java.util.List;

/**
 * A reply together with the data that its record on {@code fob.response} carries.
 *
 * @param function the id or name by which the call named the function
 * @param attempt the number of the attempt that gave this reply
 * @param log the end of the call's log, if the caller asked for it
 */
public record Response(
    RequestId id, String function, int attempt, Timing timing, Reply reply, List<String> log) {

  public Response {
    log = List.copyOf(log);
  }

  /** A reply without a log. */
  public Response(RequestId id, String function, int attempt, Timing timing, Reply reply) {
    this(id, function, attempt, timing, reply, List.of());
  }
}
