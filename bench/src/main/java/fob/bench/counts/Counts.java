package fob.bench.counts;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What some calls have used, by groups of threads.
 *
 * @param calls the number of calls; at least 1
 */
public record Counts(long calls, Map<Group, Use> uses) {

  public Counts {
    if (calls < 1) {
      throw new IllegalArgumentException("expected at least one call, but got " + calls);
    }
    uses = Map.copyOf(uses);
  }

  /**
   * What one call used of the threads of one group, or one second if {@link #calls} is a number of
   * seconds. Processor times are in µs.
   */
  public record PerCall(
      String part,
      String threads,
      double voluntary,
      double involuntary,
      double userMicros,
      double kernelMicros) {

    public double micros() {
      return userMicros + kernelMicros;
    }
  }

  /** Returns these and others together. */
  public Counts plus(Counts other) {
    Map<Group, Use> sum = new HashMap<>(uses);
    other.uses.forEach((group, use) -> sum.merge(group, use, Use::plus));
    return new Counts(calls + other.calls, sum);
  }

  /** Returns what a call uses of a group; zeros if it uses nothing of it. */
  public PerCall of(Group group) {
    Use use = uses.getOrDefault(group, Use.NONE);
    return new PerCall(
        group.part().title(),
        group.threads(),
        (double) use.voluntary() / calls,
        (double) use.involuntary() / calls,
        use.userMicros() / calls,
        use.kernelMicros() / calls);
  }

  /** Returns all groups that were used, the ones with the most voluntary switches first. */
  public List<PerCall> groups() {
    return uses.keySet().stream()
        .map(this::of)
        .filter(group -> group.voluntary() + group.involuntary() + group.micros() > 0)
        .sorted((one, other) -> Double.compare(other.voluntary(), one.voluntary()))
        .toList();
  }

  /** Returns the voluntary switches a call of some parts. */
  public double voluntary(Part... parts) {
    return sum(parts, Use::voluntary);
  }

  /** Returns the involuntary switches a call of some parts. */
  public double involuntary(Part... parts) {
    return sum(parts, Use::involuntary);
  }

  /** Returns the processor time a call of some parts, in µs. */
  public double micros(Part... parts) {
    return sum(parts, use -> use.userMicros() + use.kernelMicros());
  }

  /** Returns the part of {@link #micros} that was spent in the kernel. */
  public double kernelMicros(Part... parts) {
    return sum(parts, Use::kernelMicros);
  }

  private double sum(Part[] parts, ToDoubleFunction<Use> figure) {
    Set<Part> wanted = EnumSet.noneOf(Part.class);
    wanted.addAll(Arrays.asList(parts));
    return uses.entrySet().stream()
            .filter(entry -> wanted.contains(entry.getKey().part()))
            .mapToDouble(entry -> figure.applyAsDouble(entry.getValue()))
            .sum()
        / calls;
  }
}
