package fob.bench;

import java.util.List;

/**
 * How calls get faster after a start.
 *
 * @param steps in the order of time
 */
record Warmth(int clients, List<Step> steps) {

  private static final int COMPARED = 4;
  private static final double FLAT = 1.05;
  private static final double WARM = 0.9;

  Warmth {
    steps = List.copyOf(steps);
  }

  /**
   * The figures of some seconds.
   *
   * @param seconds from the start to the end of the step
   * @param micros processor time a call of fob, its broker and the function, in µs
   * @param jvmMicros processor time a call of the compiler and the collector, in µs
   */
  record Step(
      double seconds, double perSecond, double p50, double p99, double micros, double jvmMicros) {}

  /** Whether the last 4 steps had at most 5 % more calls a second than the 4 steps before them. */
  boolean isFlat() {
    int count = steps.size();
    return count >= 2 * COMPARED
        && mean(count - COMPARED, count) <= FLAT * mean(count - 2 * COMPARED, count - COMPARED);
  }

  /** Returns the end of the first step with 90 % of the calls a second of the last 4 steps. */
  double secondsToWarm() {
    double enough = WARM * mean(Math.max(0, steps.size() - COMPARED), steps.size());
    return steps.stream()
        .filter(step -> step.perSecond() >= enough)
        .mapToDouble(Step::seconds)
        .findFirst()
        .orElseThrow();
  }

  private double mean(int from, int to) {
    return steps.subList(from, to).stream().mapToDouble(Step::perSecond).average().orElseThrow();
  }
}
