package fob.bench.counts;

/**
 * What a thread, or a group of threads, has used.
 *
 * @param voluntary how often it gave up the processor to wait
 * @param involuntary how often the kernel took the processor away from it
 * @param userTicks processor time in the program, in ticks of 10 ms
 * @param kernelTicks processor time in the kernel, in ticks of 10 ms
 */
public record Use(long voluntary, long involuntary, long userTicks, long kernelTicks) {

  public static final Use NONE = new Use(0, 0, 0, 0);

  /** Linux reports processor time to programs in these units, on all machines. */
  private static final double MICROS_PER_TICK = 10_000;

  Use plus(Use other) {
    return new Use(
        voluntary + other.voluntary,
        involuntary + other.involuntary,
        userTicks + other.userTicks,
        kernelTicks + other.kernelTicks);
  }

  Use minus(Use earlier) {
    return new Use(
        voluntary - earlier.voluntary,
        involuntary - earlier.involuntary,
        userTicks - earlier.userTicks,
        kernelTicks - earlier.kernelTicks);
  }

  double userMicros() {
    return userTicks * MICROS_PER_TICK;
  }

  double kernelMicros() {
    return kernelTicks * MICROS_PER_TICK;
  }
}
