package fob.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What happened at one invoker in one step. Immutable.
 *
 * @param at when the step began: a multiple of {@link #STEP} since 1970
 * @param functions those that had calls
 */
public record Activity(Instant at, List<FunctionActivity> functions) {

  /** How long a step is. */
  public static final Duration STEP = Duration.ofSeconds(5);

  public Activity {
    functions = List.copyOf(functions);
  }

  /** Returns when the step began that a time is in. */
  public static Instant stepOf(Instant time) {
    long step = STEP.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), step) * step);
  }
}
