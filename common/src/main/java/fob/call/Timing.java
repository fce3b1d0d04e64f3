package fob.call;

import java.time.Duration;

/**
 * How long the stages of a call took.
 *
 * @param queue in Kafka, from the caller's write to the invoker's read
 * @param await in the invoker, waiting for an instance that can take the call
 * @param run in the instance, including the HTTP request to it
 */
public record Timing(Duration queue, Duration await, Duration run) {

  public static final Timing NONE = new Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
