package fob.function;

import java.time.Duration;

/**
 * What one function may use.
 *
 * @param timeout the longest that one call may run, 100 ms to 15 min
 * @param concurrency calls at a time in one instance, 1 to 1000
 * @param memoryMiB memory of one instance, 32 to 16384 MiB
 * @param instances how many instances run, 1 to 100
 * @param network whether the function reaches the network
 */
public record Limits(
    Duration timeout, int concurrency, int memoryMiB, int instances, boolean network) {

  public static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  public static final Duration MAX_TIMEOUT = Duration.ofMinutes(15);
  public static final int MAX_CONCURRENCY = 1000;
  public static final int MIN_MEMORY_MIB = 32;
  public static final int MAX_MEMORY_MIB = 16_384;
  public static final int MAX_INSTANCES = 100;

  public static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), 8, 128, 1, false);

  public Limits {
    if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout must be 100ms to 15m, not " + timeout);
    }
    within("concurrency", concurrency, 1, MAX_CONCURRENCY);
    within("memory (MiB)", memoryMiB, MIN_MEMORY_MIB, MAX_MEMORY_MIB);
    within("instances", instances, 1, MAX_INSTANCES);
  }

  private static void within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be " + min + " to " + max + ", not " + value);
    }
  }
}
