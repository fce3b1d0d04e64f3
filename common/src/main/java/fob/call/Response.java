package fob.call;

/**
 * A reply together with the data that its record on {@code fob.response} carries.
 *
 * @param function the id or name by which the call named the function
 * @param attempt the number of the attempt that gave this reply
 */
public record Response(RequestId id, String function, int attempt, Timing timing, Reply reply) {}
