package fob.function;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which version calls by name reach. The states of the versions alone decide, so a service that
 * followed every change and one that has just read the log say the same.
 *
 * <p>Of the versions of a name it is the newest one that has been ready and has not failed since.
 * An instance that is being replaced, or a restart of everything, moves no name. Where no version
 * is like that, it is the newest one that has not failed, and else the newest one.
 */
public final class Names {

  private static final Comparator<FunctionState> BEST_LAST =
      Comparator.comparingInt(Names::rank)
          .thenComparing(state -> state.spec().registered())
          .thenComparing(state -> state.spec().id().value());

  private Names() {}

  /** Every name that a version has, and the version that it points to. */
  public static Map<FunctionName, FunctionId> of(Collection<FunctionState> states) {
    return states.stream()
        .flatMap(state -> Stream.ofNullable(state.spec().name()))
        .distinct()
        .collect(
            Collectors.toMap(name -> name, name -> target(name, states.stream()).orElseThrow()));
  }

  /** The version that a name points to; empty if no version has that name. */
  public static Optional<FunctionId> target(FunctionName name, Stream<FunctionState> states) {
    return states
        .filter(state -> name.equals(state.spec().name()))
        .max(BEST_LAST)
        .map(state -> state.spec().id());
  }

  private static int rank(FunctionState state) {
    if (state.status() instanceof FunctionStatus.Failed) {
      return 0;
    }
    return state.served() ? 2 : 1;
  }
}
