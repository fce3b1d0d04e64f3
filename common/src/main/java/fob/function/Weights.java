package fob.function;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.service.Sha256;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the calls of a name are divided among its versions. The constructor throws an
 * IllegalArgumentException unless there is a version, each has 1 to 100 percent, and the sum is
 * 100.
 *
 * @param percents of each version's number
 */
public record Weights(SortedMap<Integer, Integer> percents) {

  public static final int ALL = 100;

  private static final int HEX_DIGITS = 8;
  private static final int HEX = 16;

  public Weights {
    percents = Collections.unmodifiableSortedMap(new TreeMap<>(percents));
    int sum = percents.values().stream().mapToInt(Integer::intValue).sum();
    if (sum != ALL || percents.values().stream().anyMatch(percent -> percent < 1)) {
      throw new IllegalArgumentException("weights are 1 to 100 each and 100 together: " + percents);
    }
  }

  /** All calls go to one version. */
  public static Weights allTo(int version) {
    return new Weights(new TreeMap<>(Map.of(version, ALL)));
  }

  /** Returns the percentage of a version; 0 if it has none. */
  public int of(int version) {
    return percents.getOrDefault(version, 0);
  }

  public boolean has(int version) {
    return percents.containsKey(version);
  }

  /** Returns the version with the largest weight; among equal ones the newest. */
  public int main() {
    return percents.entrySet().stream()
        .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  /**
   * Returns the version of one call.
   *
   * @param lot decides, such as the request id: equal texts have equal versions
   */
  public int choose(String lot) {
    if (percents.size() == 1) {
      return percents.firstKey();
    }
    String hash = Sha256.of(lot.getBytes(UTF_8)).substring(0, HEX_DIGITS);
    long left = Long.parseLong(hash, HEX) % ALL;
    for (Map.Entry<Integer, Integer> each : percents.entrySet()) {
      left -= each.getValue();
      if (left < 0) {
        return each.getKey();
      }
    }
    throw new IllegalStateException("the sum is 100");
  }

  /** Divides the weights of some versions among the others; empty if no other one has any. */
  public Optional<Weights> without(Collection<Integer> gone) {
    SortedMap<Integer, Integer> left = new TreeMap<>(percents);
    left.keySet().removeAll(gone);
    int sum = left.values().stream().mapToInt(Integer::intValue).sum();
    if (sum == 0) {
      return Optional.empty();
    }
    int counted = 0;
    for (Map.Entry<Integer, Integer> each : left.entrySet()) {
      int before = counted * ALL / sum;
      counted += each.getValue();
      each.setValue(counted * ALL / sum - before);
    }
    return Optional.of(new Weights(left));
  }
}
