package fob.invoker;

import java.time.Duration;

/** What the outcome of a call says about the instance that got the call. */
enum InstanceHealth {
  /** The instance answers as a driver does. */
  SERVES(Duration.ZERO),
  /** The instance says that it takes no calls at the moment: it is busy, starting or draining. */
  REFUSES(Duration.ofMillis(20)),
  /**
   * The instance cannot be reached, or its answer is not one of a driver. The pause doubles with
   * each further failure; see {@link PooledInstance}.
   */
  FAILS(Duration.ofMillis(40)),
  /**
   * The instance did not answer within the function's timeout. Its driver then ends the instance.
   * If the call holds the interpreter, the instance accepts calls without running them until a good
   * second later.
   */
  TIMES_OUT(Duration.ofSeconds(3)),
  /** The instance did not answer in time, and never ends the call. So it has to be replaced. */
  STUCK(Duration.ofSeconds(30)),
  /** The instance answered another call, so none of its answers can be believed. */
  ANSWERS_OTHERS(Duration.ofSeconds(30));

  /** How long the instance gets no further calls. */
  final Duration pause;

  InstanceHealth(Duration pause) {
    this.pause = pause;
  }

  /** Whether the deployer is asked at once to replace the instance. */
  boolean isReportedAtOnce() {
    return this == STUCK || this == ANSWERS_OTHERS;
  }
}
