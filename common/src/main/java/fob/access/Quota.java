package fob.access;

/**
 * How much a key may use.
 *
 * @param callsPerSecond calls that may begin in a second at each gateway, up to 1,000,000; 0: any
 *     number
 * @param concurrent calls that clients may wait for at a time at each gateway, up to 1,000,000; 0:
 *     any number
 * @param maxFunctions functions that there may be under the key's pattern, up to 1,000,000; 0: any
 *     number
 */
public record Quota(int callsPerSecond, int concurrent, int maxFunctions) {

  public static final int MOST = 1_000_000;

  /** No bounds. */
  public static final Quota NONE = new Quota(0, 0, 0);

  /**
   * @throws IllegalArgumentException if a number is out of its range; the message is for the user
   */
  public Quota {
    require("calls-per-second", callsPerSecond);
    require("concurrent", concurrent);
    require("max-functions", maxFunctions);
  }

  private static void require(String name, int value) {
    if (value < 0 || value > MOST) {
      throw new IllegalArgumentException(
          "%s=%d: expected a whole number from 1 to %d".formatted(name, value, MOST));
    }
  }
}
