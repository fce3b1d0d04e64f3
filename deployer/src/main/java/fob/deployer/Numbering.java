package fob.deployer;

import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.NameState;
import fob.function.Names;
import fob.function.Registration;
import fob.function.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the versions of names: a new one, and those that a deployer of before did not number, in
 * the order of their registrations. Pure functions.
 */
final class Numbering {

  private static final Comparator<FunctionState> OLDEST_FIRST =
      Comparator.comparing((FunctionState state) -> state.spec().registered())
          .thenComparing(state -> state.spec().id().value());

  private Numbering() {}

  /**
   * Returns a name as the next deployer takes it over.
   *
   * @param written what the deployer before has written; null: nothing
   * @param states all versions of the name, at least one
   * @param numbered gets the versions that have a number now and had none
   */
  static NameState resumed(
      FunctionName name,
      @Nullable NameState written,
      Collection<FunctionState> states,
      Consumer<FunctionState> numbered) {
    SortedMap<Integer, FunctionId> versions = new TreeMap<>();
    List<FunctionState> without = new ArrayList<>();
    for (FunctionState state : states) {
      Version version = state.version();
      if (version == null || versions.putIfAbsent(version.number(), state.spec().id()) != null) {
        without.add(state);
      }
    }
    int last =
        Math.max(written == null ? 0 : written.last(), versions.isEmpty() ? 0 : versions.lastKey());
    without.sort(OLDEST_FIRST);
    for (FunctionState state : without) {
      last++;
      versions.put(last, state.spec().id());
      numbered.accept(state.with(new Version(last, Registration.ANONYMOUS)));
    }
    return written != null && written.isNumbered()
        ? and(written, versions)
        : first(name, written, states, versions);
  }

  /** The first deployer that numbers versions leaves the name where it is. */
  private static NameState first(
      FunctionName name,
      @Nullable NameState written,
      Collection<FunctionState> states,
      SortedMap<Integer, FunctionId> versions) {
    FunctionId target =
        written != null && versions.containsValue(written.target())
            ? written.target()
            : Names.target(name, states.stream()).orElseThrow();
    int number =
        versions.entrySet().stream()
            .filter(each -> each.getValue().equals(target))
            .map(each -> each.getKey())
            .findFirst()
            .orElseThrow();
    NameState first = and(NameState.ofFirst(name, number, target), versions);
    return written == null ? first : first.decidedUpTo(number);
  }

  /** Returns the place of the next version of a name; null: there is no such name yet. */
  static Version next(@Nullable NameState name, String by) {
    return new Version(name == null ? 1 : name.last() + 1, by);
  }

  static SortedMap<Integer, FunctionId> ids(SortedMap<Integer, FunctionState> versions) {
    SortedMap<Integer, FunctionId> ids = new TreeMap<>();
    versions.forEach((number, state) -> ids.put(number, state.spec().id()));
    return ids;
  }

  /** Returns the same name with further versions. */
  static NameState and(NameState name, SortedMap<Integer, FunctionId> more) {
    SortedMap<Integer, FunctionId> all = new TreeMap<>(name.versions());
    all.putAll(more);
    return name.with(all);
  }
}
