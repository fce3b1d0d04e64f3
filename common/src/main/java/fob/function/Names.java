package fob.function;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which version of a function a name points to. The decision depends only on the states of
 * the versions. So a service that followed every change and a service that has just read the topic
 * decide alike.
 *
 * <p>A name points to its newest version that has been ready and has not failed since. If there is
 * none, it points to the newest version that has not failed. If all have failed, it points to the
 * newest version. A name does not move when an instance is replaced or when fob is restarted.
 */
public final class Names {

  private static final Comparator<FunctionState> BEST_LAST =
      Comparator.comparingInt(Names::rank)
          .thenComparing(state -> state.spec().registered())
          .thenComparing(state -> state.spec().id().value());

  private Names() {}

  /** Returns every name that a version has, with the version that the name points to. */
  public static Map<FunctionName, FunctionId> of(Collection<FunctionState> states) {
    return states.stream()
        .flatMap(state -> Stream.ofNullable(state.spec().name()))
        .distinct()
        .collect(
            Collectors.toMap(name -> name, name -> target(name, states.stream()).orElseThrow()));
  }

  /** Returns the version that a name points to, or empty if no version has that name. */
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
