package fob.invoker;

import fob.call.Reply;
import java.util.List;

/** The outcome of one try to run a call in one instance. */
sealed interface RunOutcome {

  /** What the outcome says about the instance. */
  InstanceHealth health();

  /** The reason of the outcome, for the log and for a report of the instance. */
  String why();

  /**
   * The call has ended: the function answered, or may have run.
   *
   * @param log the end of the call's log, if it was asked for and the instance gave it
   */
  record Ended(Reply reply, InstanceHealth health, List<String> log) implements RunOutcome {

    public Ended {
      log = List.copyOf(log);
    }

    /** The end of a call whose log was not asked for. */
    public Ended(Reply reply, InstanceHealth health) {
      this(reply, health, List.of());
    }

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
