package fob.fakemarathon;

/**
 * How the tasks of an app behave.
 *
 * @param kind what happens
 * @param times how many tasks fail before one is healthy
 * @param text the message of the failure, the cause of bad health, or the reason of no offer
 * @param state the state of the failure
 */
public record Script(Kind kind, int times, String text, String state) {

  /** What happens to a task. */
  public enum Kind {
    /** It never gets beyond TASK_STAGING. */
    STAGING,
    /** It never gets beyond TASK_STARTING. */
    STARTING,
    /** It runs, and no health check has a result. */
    RUNNING,
    /** It runs and is healthy. */
    HEALTHY,
    /** So many tasks end before one is healthy. */
    FAILING,
    /** It runs, and every health check fails until it is killed. */
    UNHEALTHY,
    /** It runs, and its health changes with every check. */
    FLAPPING,
    /** No offer ever fits. */
    NO_OFFER
  }

  /** Stays in staging. */
  public static Script staging() {
    return of(Kind.STAGING);
  }

  /** Stays in starting. */
  public static Script starting() {
    return of(Kind.STARTING);
  }

  /** Runs without any health result. */
  public static Script running() {
    return of(Kind.RUNNING);
  }

  /** Runs and is healthy. */
  public static Script healthy() {
    return of(Kind.HEALTHY);
  }

  /** Fails so many times, {@link Integer#MAX_VALUE} for ever, and is healthy after that. */
  public static Script failing(int times, String state, String message) {
    return new Script(Kind.FAILING, times, message, state);
  }

  /** Runs, with every health check failing. */
  public static Script unhealthy(String cause) {
    return new Script(Kind.UNHEALTHY, 0, cause, "");
  }

  /** Runs, and is healthy and unhealthy by turns. */
  public static Script flapping() {
    return new Script(Kind.FLAPPING, 0, "flapping", "");
  }

  /** Is never launched, for a reason of {@code GET /v2/queue} such as InsufficientMemory. */
  public static Script neverOffered(String reason) {
    return new Script(Kind.NO_OFFER, 0, reason, "");
  }

  /** Is never launched, since there are no offers at all. */
  public static Script noOffersAtAll() {
    return neverOffered("");
  }

  private static Script of(Kind kind) {
    return new Script(kind, 0, "", "");
  }
}
