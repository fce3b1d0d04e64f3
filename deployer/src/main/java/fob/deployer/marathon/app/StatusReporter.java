package fob.deployer.marathon.app;

import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports the status of one function when it changes. A function whose instances serve stays ready
 * even if requests to Marathon fail. Used by the app's steps alone.
 */
public final class StatusReporter {

  private final Consumer<FunctionStatus> listener;
  private @Nullable FunctionStatus told;

  public StatusReporter(Consumer<FunctionStatus> listener) {
    this.listener = listener;
  }

  /** The next status is reported even if it is the one that was reported last. */
  public void forget() {
    told = null;
  }

  /** The status that the instances show. */
  public void seen(FunctionStatus status) {
    if (!status.equals(told)) {
      told = status;
      listener.accept(status);
    }
  }

  /** A request to Marathon has to wait. */
  public void waiting(String why) {
    if (!(told instanceof Ready)) {
      seen(new Deploying(why));
    }
  }

  /** Marathon refused a request. */
  public void refused(String why) {
    if (!(told instanceof Ready)) {
      seen(new Failed(FailureReason.of(why)));
    }
  }
}
