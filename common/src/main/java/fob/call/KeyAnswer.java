package fob.call;

/** What the owner of a partition answers to a call with an idempotency key. */
public sealed interface KeyAnswer {

  /** The call is the first with its key. It will run, and has a result of its own. */
  record First() implements KeyAnswer {}

  /**
   * The key stands for another call, or for this one, which has ended: so this one does not run.
   *
   * @param first the id of the call that the key stands for
   * @param samePayload whether that call has the same payload
   */
  record Repeat(RequestId first, boolean samePayload) implements KeyAnswer {}

  /** This call does not run. A synchronous call has a reply that says the same. */
  record Refused(Reply.Failed why) implements KeyAnswer {}
}
