package fob.deployer.marathon.app;

import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has been told of one function; only changes are. What is seen of its instances counts more
 * than what happens to requests about it: those leave a ready function ready. Used by the app's
 * steps alone.
 */
public final class StatusReporter {

  private final Consumer<FunctionStatus> listener;
  private @Nullable FunctionStatus told;

  public StatusReporter(Consumer<FunctionStatus> listener) {
    this.listener = listener;
  }

  /** Its instances are seen so. */
  public void seen(FunctionStatus status) {
    if (!status.equals(told)) {
      told = status;
      listener.accept(status);
    }
  }

  /** What is asked of Marathon has to wait. */
  public void waiting(String why) {
    if (!(told instanceof Ready)) {
      seen(new Deploying(why));
    }
  }

  /** What is asked of Marathon cannot be. */
  public void refused(String why) {
    if (!(told instanceof Ready)) {
      seen(new Failed(FailureReason.of(why)));
    }
  }
}
