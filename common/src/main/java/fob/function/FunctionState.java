package fob.function;

import org.jspecify.annotations.Nullable;

/**
 * A version of a function and its status: one record of {@code fob.functions}.
 *
 * @param served whether the version has been ready and has not failed since; see {@link Names}
 * @param lastEnd the last unwanted end of an instance, kept when later instances are ready; null if
 *     no instance has ended
 * @param layer the installed dependencies; null if there are none, or they are not installed yet
 */
public record FunctionState(
    FunctionSpec spec,
    FunctionStatus status,
    boolean served,
    @Nullable LastEnd lastEnd,
    @Nullable Layer layer) {

  public FunctionState {
    served =
        switch (status) {
          case FunctionStatus.Deploying _, FunctionStatus.Idle _ -> served;
          case FunctionStatus.Ready _ -> true;
          case FunctionStatus.Failed _ -> false;
        };
  }

  /** Creates the state of a version without dependencies. */
  public FunctionState(
      FunctionSpec spec, FunctionStatus status, boolean served, @Nullable LastEnd lastEnd) {
    this(spec, status, served, lastEnd, null);
  }

  /** Creates the state of a version that was never ready before and had no instance end. */
  public FunctionState(FunctionSpec spec, FunctionStatus status) {
    this(spec, status, false, null);
  }

  /** Returns the same version with a new status. */
  public FunctionState with(FunctionStatus now) {
    return new FunctionState(spec, now, served, lastEnd, layer);
  }

  /** Returns the same version with a new last end. */
  public FunctionState with(LastEnd end) {
    return new FunctionState(spec, status, served, end, layer);
  }

  /** Returns the same version with installed dependencies. */
  public FunctionState with(Layer installed) {
    return new FunctionState(spec, status, served, lastEnd, installed);
  }
}
