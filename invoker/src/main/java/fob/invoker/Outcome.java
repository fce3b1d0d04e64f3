package fob.invoker;

import fob.call.Reply;

/** What is known after a try to run a call in one instance. */
sealed interface Outcome {

  /** The call is over: the function answered, or may have run. */
  record Over(Reply reply) implements Outcome {}

  /**
   * The function certainly did not run: the instance could not be reached, or refused before it
   * started. Another try is safe.
   */
  record NotStarted(String why) implements Outcome {}
}
