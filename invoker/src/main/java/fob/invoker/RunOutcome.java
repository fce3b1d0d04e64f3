package fob.invoker;

import fob.call.Reply;

/** The outcome of one try to run a call in one instance. */
sealed interface RunOutcome {

  /** What the outcome says about the instance. */
  InstanceHealth health();

  /** The reason of the outcome, for the log and for a report of the instance. */
  String why();

  /** The call has ended: the function answered, or may have run. */
  record Ended(Reply reply, InstanceHealth health) implements RunOutcome {
    @Override
    public String why() {
      return switch (reply) {
        case Reply.Answered _ -> "the function answered";
        case Reply.Failed failed -> failed.message();
      };
    }
  }

  /**
   * The function certainly did not run: the instance could not be reached, or refused the call
   * before the function started. Another try is safe.
   */
  record NotStarted(String why, InstanceHealth health) implements RunOutcome {}
}
