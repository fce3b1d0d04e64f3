package fob.deployer;

/**
 * Why an instance has ended, or is to end.
 *
 * @param reason for metrics
 * @param text for people, starts in lower case
 */
public record Ending(EndReason reason, String text) {

  /** Returns the ending of an instance that never was ready. */
  public static Ending notStarted(String text) {
    return new Ending(EndReason.NOT_STARTED, text);
  }

  /** Returns an ending that has no class of its own in metrics. */
  public static Ending other(String text) {
    return new Ending(EndReason.OTHER, text);
  }
}
