package fob.deployer.marathon;

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
final class AppStatus {

  private final Consumer<FunctionStatus> listener;
  private @Nullable FunctionStatus told;

  AppStatus(Consumer<FunctionStatus> listener) {
    this.listener = listener;
  }

  /** Its instances are seen so. */
  void seen(FunctionStatus status) {
    if (!status.equals(told)) {
      told = status;
      listener.accept(status);
    }
  }

  /** What is asked of Marathon has to wait. */
  void waiting(String why) {
    if (!(told instanceof Ready)) {
      seen(new Deploying(why));
    }
  }

  /** What is asked of Marathon cannot be. */
  void refused(String why) {
    if (!(told instanceof Ready)) {
      seen(new Failed(FailureReason.of(why)));
    }
  }
}
