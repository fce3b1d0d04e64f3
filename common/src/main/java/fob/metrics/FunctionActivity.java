package fob.metrics;

import java.util.Arrays;

/**
 * What happened to the calls of one function in some time. Immutable.
 *
 * @param function its id
 * @param errors how many attempts failed
 * @param queueMicros how long all calls together were in Kafka, in microseconds
 * @param waitMicros how long they waited for an instance
 * @param runMicros how long they ran
 * @param times how many calls took how long as a whole, in the buckets of {@link Buckets}; the
 *     array is not copied and must not be changed
 */
public record FunctionActivity(
    String function, long errors, long queueMicros, long waitMicros, long runMicros, long[] times) {

  /** Returns that of a function without calls. */
  public static FunctionActivity none(String function) {
    return new FunctionActivity(function, 0, 0, 0, 0, new long[Buckets.count()]);
  }

  /** How many attempts ended. */
  public long calls() {
    return Arrays.stream(times).sum();
  }

  public FunctionActivity plus(FunctionActivity other) {
    return combined(other, 1);
  }

  FunctionActivity minus(FunctionActivity other) {
    return combined(other, -1);
  }

  private FunctionActivity combined(FunctionActivity other, int sign) {
    long[] sums = times.clone();
    Arrays.setAll(sums, i -> sums[i] + sign * other.times[i]);
    return new FunctionActivity(
        function,
        errors + sign * other.errors,
        queueMicros + sign * other.queueMicros,
        waitMicros + sign * other.waitMicros,
        runMicros + sign * other.runMicros,
        sums);
  }
}
