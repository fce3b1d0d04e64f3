package fob.chaos.check;

/** The invariants that hold under all faults. The numbers are those of docs/proof.md. */
public enum Invariant {
  ACCEPTED_IS_ANSWERED(1, "every accepted call has a final response"),
  BOOKS_BALANCE(2, "accepted = ok + failed: every call in the log has ended"),
  READERS_AGREE(3, "every look-up of a call gives its first response"),
  RESULT_IS_ITS_OWN(4, "every result belongs to its call's payload"),
  NOTHING_INVENTED(5, "there is no response without a call"),
  CALLER_HEARD_THE_RESULT(6, "the reply to a waiting caller is the call's first response"),
  ANSWERED_ONCE(7, "a second response is explained by a fault during the call"),
  RUN_ONCE(8, "more runs than attempts are explained by a fault during the call"),
  ONE_KEY_ONE_CALL(9, "requests with one idempotency key get one id"),
  DEAD_LETTERS_ARE_TRUE(10, "a call has a dead letter if and only if it failed, with its reason"),
  REFUSED_IS_NOT_RUN(11, "a call that was refused is not in the log"),
  ONE_DEPLOYER(12, "another deployer writes only after a fault that may have replaced the last");

  private final int number;
  private final String text;

  Invariant(int number, String text) {
    this.number = number;
    this.text = text;
  }

  @Override
  public String toString() {
    return number + " (" + text + ")";
  }
}
