package fob.deployer.local;

import fob.function.FunctionStatus;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes the status of one function and remembers the one that was told last. Used on the
 * function's event queue alone.
 */
final class Status {

  private @Nullable String note;
  private @Nullable FailureReason loadFailure;
  private @Nullable FunctionStatus told;

  /** Sets what the function waits for while no instance is ready. */
  void note(String text) {
    note = text;
  }

  /** The function's code cannot be loaded. */
  void loadFailed(FailureReason failure) {
    loadFailure = failure;
  }

  /**
   * The function is tried again.
   *
   * @return whether its code could not be loaded before
   */
  boolean tryAgain() {
    boolean failed = loadFailure != null;
    loadFailure = null;
    return failed;
  }

  /**
   * Returns the status, if it differs from the one that this method returned last.
   *
   * @param ready the instances that are ready
   * @param failure why no instance will be ready for a while, if that is so
   * @return empty also as long as nothing is known of the function
   */
  Optional<FunctionStatus> change(List<Instance> ready, Optional<FailureReason> failure) {
    Optional<FunctionStatus> now = now(ready, failure).filter(each -> !each.equals(told));
    now.ifPresent(each -> told = each);
    return now;
  }

  private Optional<FunctionStatus> now(List<Instance> ready, Optional<FailureReason> failure) {
    if (!ready.isEmpty()) {
      return Optional.of(new FunctionStatus.Ready(ready));
    }
    return Optional.ofNullable(loadFailure)
        .or(() -> failure)
        .<FunctionStatus>map(FunctionStatus.Failed::new)
        .or(() -> Optional.ofNullable(note).map(FunctionStatus.Deploying::new));
  }
}
