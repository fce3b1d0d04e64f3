package fob.function;

import org.jspecify.annotations.Nullable;

/**
 * A function and how it is: one row of {@code fob.functions}.
 *
 * @param served whether it has been ready, and has not failed since; see {@link Names}
 * @param lastEnd stays while later instances are ready; null if no instance has ended
 */
public record FunctionState(
    FunctionSpec spec, FunctionStatus status, boolean served, @Nullable LastEnd lastEnd) {

  public FunctionState {
    served =
        switch (status) {
          case FunctionStatus.Deploying _ -> served;
          case FunctionStatus.Ready _ -> true;
          case FunctionStatus.Failed _ -> false;
        };
  }

  /** Of a version that was not ready before, and whose instances have not ended yet. */
  public FunctionState(FunctionSpec spec, FunctionStatus status) {
    this(spec, status, false, null);
  }

  /** The same version, as it is now. */
  public FunctionState with(FunctionStatus now) {
    return new FunctionState(spec, now, served, lastEnd);
  }

  public FunctionState with(LastEnd end) {
    return new FunctionState(spec, status, served, end);
  }
}
