package fob.invoker;

import fob.call.Reply;
import fob.function.FunctionState;

/** How a call's wait for an instance in a {@link Lane} ended. */
sealed interface Admission {

  /**
   * The call may run in an instance. It occupies a slot there until {@link Lane#release} or {@link
   * Lane#releaseUnused}.
   */
  record Granted(PooledInstance instance, FunctionState function) implements Admission {}

  /** The call was not run and must not be run any more; the reply says why. */
  record Refused(Reply.Failed reply) implements Admission {}

  /** The function was unknown to this invoker until the end of the wait. */
  record Unknown() implements Admission {}
}
