package fob.chaos.check;

/** What a function under test does, and how often it may be retried. */
public enum Behaviour {
  /** Returns what it is given. */
  ECHO(2, false),
  /** Fails its first one or two times for most tokens, then returns. */
  FLAKY(4, true),
  /** Always raises. */
  FAILING(1, true),
  /** Takes 1 to 8 s. */
  SLOW(2, false),
  /** Raises for one token in three, and is not retried. */
  NO_RETRY(0, true),
  /** Ends its own process now and then. */
  CRASHING(2, false);

  private final int retries;
  private final boolean raises;

  Behaviour(int retries, boolean raises) {
    this.retries = retries;
    this.raises = raises;
  }

  public int retries() {
    return retries;
  }

  /** Whether a {@code function-error} can be true. */
  public boolean raises() {
    return raises;
  }
}
