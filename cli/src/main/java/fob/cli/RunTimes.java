package fob.cli;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * The median of run times. If there are more than 10,000, it is that of a random sample of as many.
 * Not thread-safe.
 */
final class RunTimes {

  private static final int MOST = 10_000;

  private final RandomGenerator random = RandomGenerator.getDefault();
  private double[] kept = new double[64];
  private int size;
  private long added;

  /** Adds a time in milliseconds, if there is one. */
  void add(OptionalDouble millis) {
    if (millis.isEmpty()) {
      return;
    }
    added++;
    if (size == kept.length && size < MOST) {
      kept = Arrays.copyOf(kept, Math.min(2 * size, MOST));
    }
    // Each of the times that were added is kept with the same probability.
    long place = size < MOST ? size++ : random.nextLong(added);
    if (place < MOST) {
      kept[(int) place] = millis.getAsDouble();
    }
  }

  OptionalDouble median() {
    double[] sorted = Arrays.copyOf(kept, size);
    Arrays.sort(sorted);
    return size == 0 ? OptionalDouble.empty() : OptionalDouble.of(sorted[size / 2]);
  }
}
