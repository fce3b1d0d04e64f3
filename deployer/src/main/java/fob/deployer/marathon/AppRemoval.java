package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Removes the app of a function that is not wanted any more. The instances of a deleted app take a
 * while to end, and until then its deployment counts among those that Marathon allows. Used by the
 * app's steps alone.
 */
final class AppRemoval {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final AppReconciler reconciler;
  private final AppContext app;
  private final AppDeleter deleter;
  private @Nullable String deployment;

  AppRemoval(AppReconciler reconciler, AppContext app, AppDeleter deleter) {
    this.reconciler = reconciler;
    this.app = app;
    this.deleter = deleter;
  }

  /** Whether a deployment of Marathon removes the app. */
  boolean isUnderWay() {
    return deployment != null;
  }

  /** Forgets the deployment that removes the app. */
  void reset() {
    deployment = null;
  }

  /** Deletes the app, once it has a place in the queue. Returns when to look again. */
  Duration begin(AppView seen) throws InterruptedException {
    if (!app.session().queue().enter(app.entrant())) {
      return StepDelay.NEVER;
    }
    deployment = deleter.delete(seen);
    if (deployment != null) {
      return StepDelay.NOW;
    }
    return reconciler.isWanted() ? StepDelay.NOW : app.convergence().nextRetry();
  }

  /** Waits for the deployment that removes the app, for up to 60 s. Returns when to look again. */
  Duration await() throws InterruptedException {
    String running = deployment;
    if (running != null
        && app.convergence().elapsed().compareTo(LONGEST) < 0
        && app.session().deployments().runs(running)) {
      return app.convergence().nextPoll();
    }
    app.session().queue().leave(app.entrant());
    app.session().listener().gone(reconciler);
    return StepDelay.NEVER;
  }
}
