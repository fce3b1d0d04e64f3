package fob.function;

import org.jspecify.annotations.Nullable;

/**
 * A function and how it is: one row of {@code fob.functions}.
 *
 * @param lastEnd stays while later instances are ready; null if no instance has ended
 */
public record FunctionState(FunctionSpec spec, FunctionStatus status, @Nullable LastEnd lastEnd) {

  /** Of a function whose instances have not ended yet. */
  public FunctionState(FunctionSpec spec, FunctionStatus status) {
    this(spec, status, null);
  }

  public FunctionState with(FunctionStatus now) {
    return new FunctionState(spec, now, lastEnd);
  }

  public FunctionState with(LastEnd end) {
    return new FunctionState(spec, status, end);
  }
}
