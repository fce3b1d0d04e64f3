package fob.deployer.marathon.app;

import fob.deployer.Ending;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.AppView.TaskFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the views of one app that a task of it has failed. Marathon keeps the latest
 * failure alone, so of tasks that end between two views one is found. Used by the app's steps
 * alone.
 */
public final class TaskEnds {

  private boolean looked;
  private @Nullable TaskFailure last;

  /**
   * Returns why a task has ended since the last view. The first view shows what an earlier deployer
   * has seen, and so nothing new.
   */
  public Optional<Ending> look(AppView seen) {
    boolean isNew = looked && seen.lastFailure() != null && !seen.lastFailure().equals(last);
    looked = true;
    last = seen.lastFailure();
    return isNew ? seen.currentFailure().map(StatusText::ending) : Optional.empty();
  }

  /** There is no app: whatever a later one shows is new. */
  public void absent() {
    looked = true;
    last = null;
  }
}
