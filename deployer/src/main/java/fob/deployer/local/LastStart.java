package fob.deployer.local;

import fob.function.FunctionStatus.FailureReason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last start of a slot, and why it failed. Used on the function's event queue alone. */
final class LastStart {

  /** A function whose instances end so often before they are ready has failed. */
  private static final int FAILED_STARTS = 3;

  private @Nullable InstanceEnd failed;

  /** Sets how the instance has ended; null if it was ready before. */
  void ended(@Nullable InstanceEnd end) {
    failed = end;
  }

  /**
   * Returns why no instance of the slot will be ready for a while, if that is so.
   *
   * @param failedStarts how many starts in a row have failed
   */
  Optional<FailureReason> failure(int failedStarts) {
    InstanceEnd last = failed;
    if (last == null) {
      return Optional.empty();
    }
    if (last.refused().isPresent()) {
      return last.refused()
          .filter(StartRefused::needsOperator)
          .map(refused -> FailureReason.of(refused.reason()));
    }
    return failedStarts < FAILED_STARTS
        ? Optional.empty()
        : Optional.of(
            FailureReason.of(
                "its process ends before it is ready, again and again; the last time: "
                    + last.inFull()));
  }
}
