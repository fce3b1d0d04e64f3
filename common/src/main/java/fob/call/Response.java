package fob.call;

/**
 * A reply on its way back.
 *
 * @param function the function as the call named it
 * @param attempt the attempt that gave this reply
 */
public record Response(RequestId id, String function, int attempt, Timing timing, Reply reply) {}
