package fob.invoker;

import java.time.Duration;

/** What the outcome of a call says of the instance that got it. */
enum Health {
  /** It answers as a driver does. */
  SERVES(Duration.ZERO),
  /** It says itself that it takes no call at the moment: it is busy, starting or ending. */
  REFUSES(Duration.ofMillis(20)),
  /** It cannot be reached, or gives no answer that a driver would give. */
  FAILS(Duration.ofMillis(20)),
  /**
   * It did not answer within the function's timeout. Its driver ends it then; where the call holds
   * the interpreter, the instance takes calls without running them until a good second later.
   */
  TIMES_OUT(Duration.ofSeconds(3)),
  /** It answered for another call: nothing that it says can be believed. */
  ANSWERS_OTHERS(Duration.ofSeconds(30));

  /** How long the instance gets no further call. */
  final Duration rest;

  Health(Duration rest) {
    this.rest = rest;
  }
}
