package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionStatus;

/** What a call hears that got no place in an instance. */
final class Refusals {

  /** Why an asynchronous call did not get a place that was free. */
  static final String HELD_BACK =
      "its invoker ran as many asynchronous calls as it may beside synchronous ones";

  private Refusals() {}

  static Reply.Failed overloaded(int maxWaiting) {
    return Reply.failed(
        Failure.OVERLOADED,
        maxWaiting
            + " calls of this function wait already (FOB_MAX_WAITING); try again later, or give it"
            + " more instances or concurrency");
  }

  static Reply.Failed cameTooLate() {
    return Reply.failed(
        Failure.EXPIRED,
        "the call came to its invoker after its deadline and was not run: it was on the bus for too"
            + " long");
  }

  /** It had a place at last, too late. */
  static Reply.Failed gotPlaceTooLate() {
    return Reply.failed(
        Failure.EXPIRED, "the call got a place in an instance after its deadline and was not run");
  }

  /**
   * @param whyNone why none of its instances took the call, if it has any
   */
  static Reply.Failed expired(FunctionStatus status, String whyNone) {
    return Reply.failed(
        Failure.EXPIRED,
        "the call waited until its deadline and was not run, since "
            + switch (status) {
              case FunctionStatus.Deploying(String note) -> "it is not ready: " + note;
              case FunctionStatus.Ready _ -> whyNone;
              case FunctionStatus.Failed _ -> "it failed";
            });
  }
}
