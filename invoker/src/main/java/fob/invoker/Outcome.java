package fob.invoker;

import fob.call.Reply;

/** What is known after a try to run a call in one instance. */
sealed interface Outcome {

  /** What it says of the instance. */
  Health health();

  /** For the log, and for a report of the instance. */
  String why();

  /** The call is over: the function answered, or may have run. */
  record Over(Reply reply, Health health) implements Outcome {
    @Override
    public String why() {
      return switch (reply) {
        case Reply.Answered _ -> "it answered";
        case Reply.Failed failed -> failed.message();
      };
    }
  }

  /**
   * The function certainly did not run: the instance could not be reached, or refused before it
   * started. Another try is safe.
   */
  record NotStarted(String why, Health health) implements Outcome {}
}
