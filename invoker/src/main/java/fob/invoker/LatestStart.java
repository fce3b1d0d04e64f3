package fob.invoker;

import fob.function.FunctionState;
import fob.function.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Until when a call may start.
 *
 * @param ofLimits returns that, given the function's limits
 * @param received when this invoker read the call
 */
record LatestStart(Function<Limits, Instant> ofLimits, Instant received) {

  /** How long a call waits for a function that this invoker has not read from Kafka yet. */
  static final Duration UNKNOWN_FUNCTION_GRACE = Duration.ofSeconds(10);

  Instant of(Limits limits) {
    return ofLimits.apply(limits);
  }

  /** Returns until when the call waits for an instance, given what is known of the function. */
  Instant of(Optional<FunctionState> function) {
    Instant latest = of(function.map(state -> state.spec().limits()).orElse(Limits.DEFAULT));
    Instant grace = received.plus(UNKNOWN_FUNCTION_GRACE);
    return function.isPresent() || latest.isBefore(grace) ? latest : grace;
  }
}
