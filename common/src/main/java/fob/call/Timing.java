package fob.call;

import java.time.Duration;

/**
 * Where a call's time went.
 *
 * @param queue on the bus, from the caller's write to the invoker's read
 * @param await in the invoker, for an instance with a free place
 * @param run in the instance, the hop to it included
 */
public record Timing(Duration queue, Duration await, Duration run) {

  public static final Timing NONE = new Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
