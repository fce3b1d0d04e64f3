package fob.chaos.check;

/** The behaviours of the functions under test. */
public enum Behaviour {
  /** Returns its parameter. */
  ECHO(2, false),
  /** Raises an exception in the first one or two attempts of most calls, then returns. */
  FLAKY(4, true),
  /** Always raises an exception. */
  FAILING(1, true),
  /** Takes 1 to 8 s. */
  SLOW(2, false),
  /** Raises an exception for every third token, and has no retries. */
  NO_RETRY(0, true),
  /** Ends its own process in 5 % of the runs. */
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

  /**
   * Returns whether the function may raise an exception, so that {@code function-error} is right.
   */
  public boolean raises() {
    return raises;
  }
}
