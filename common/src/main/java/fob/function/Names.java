package fob.function;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses the version of a name where nobody has decided on one, or that one is not there any more.
 * It is the newest version that has been ready and has not failed since. If there is none, it is
 * the newest one that has not failed, and else the newest one.
 */
public final class Names {

  private static final Comparator<FunctionState> BEST_LAST =
      Comparator.comparingInt(Names::rank)
          .thenComparing(state -> state.spec().registered())
          .thenComparing(state -> state.spec().id().value());

  private Names() {}

  /** Returns the best version, or empty if no version has that name. */
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
