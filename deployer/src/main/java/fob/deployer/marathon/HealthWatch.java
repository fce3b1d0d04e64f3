package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.ServingTasks;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.cluster.DeploymentQueue;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import java.time.Duration;
import java.util.Optional;

/**
 * Watches an app whose spec is the wanted one, until its instances serve and after that. Marathon
 * never ends the deployment of a failing app by itself, and such a deployment blocks others. So
 * this class deletes the app, rolls its update back or abandons its deployment after the deadline.
 * Used by the app's steps alone.
 */
final class HealthWatch {

  private final SessionContext session;
  private final DeploymentQueue.Entrant entrant;
  private final AppWriter writer;
  private final AppDeleter deleter;
  private final ConvergenceTimer convergence;
  private final StatusReporter status;
  private final ServingTasks serving;
  private boolean served;
  private boolean gaveUp;

  HealthWatch(AppContext app, AppWriter writer, AppDeleter deleter) {
    this.session = app.session();
    this.entrant = app.entrant();
    this.writer = writer;
    this.deleter = deleter;
    this.convergence = app.convergence();
    this.status = app.status();
    this.serving = new ServingTasks(session.timings().hold());
  }

  /** Reports the instances that serve, if there are any. */
  ServingTasks.Serving tellServing(AppView seen) {
    ServingTasks.Serving now = serving.look(seen, session.clock().instant());
    if (!now.instances().isEmpty()) {
      served = true;
      status.seen(new Ready(now.instances()));
    }
    return now;
  }

  /** Returns when to look at the app again. */
  Duration watch(AppView seen) throws InterruptedException {
    ServingTasks.Serving now = tellServing(seen);
    boolean serves = !now.instances().isEmpty();
    boolean deploying = !seen.deployments().isEmpty();
    convergence.replyReceived();
    if (deploying) {
      session.queue().adopt(entrant);
    } else {
      session.queue().leave(entrant);
    }
    if (serves && !deploying) {
      convergence.stop();
      gaveUp = false;
      return now.until()
          .map(until -> Duration.between(session.clock().instant(), until).plusMillis(1))
          .filter(Duration::isPositive)
          .orElse(StepDelay.NEVER);
    }
    convergence.start();
    if (convergence.isPastDeadline()) {
      return giveUp(seen, serves);
    }
    return serves ? convergence.nextPoll() : explain(seen);
  }

  private boolean hasNeverServed() {
    return writer.isCreated() && !served;
  }

  private Duration explain(AppView seen) throws InterruptedException {
    Optional<FailureReason> ofDriver = session.reasons().ofDriver(seen);
    if (ofDriver.isPresent()) {
      status.seen(new Failed(ofDriver.get()));
      if (hasNeverServed() && convergence.isStuck()) {
        return deleter.discard(seen, true);
      }
    } else if (convergence.isWorthAReason() || served) {
      status.seen(new Deploying(session.reasons().ofCluster(seen)));
    } else {
      status.seen(new Deploying("starting on Marathon"));
    }
    return convergence.nextPoll();
  }

  private Duration giveUp(AppView seen, boolean serves) throws InterruptedException {
    if (!serves) {
      status.seen(new Failed(reason(seen)));
    }
    if (hasNeverServed()) {
      return deleter.discard(seen, seen.currentFailure().isPresent());
    }
    if (!gaveUp && !seen.deployments().isEmpty()) {
      if (writer.isUpdated()) {
        writer.updateFailed();
        session.deployments().rollBack(seen);
      } else {
        session.deployments().abandon(seen);
      }
    }
    gaveUp = true;
    return session.timings().longestRetry();
  }

  private FailureReason reason(AppView seen) throws InterruptedException {
    Optional<FailureReason> ofDriver = session.reasons().ofDriver(seen);
    return ofDriver.isPresent()
        ? ofDriver.get()
        : FailureReason.of(
            "the app did not become ready on Marathon in time: "
                + session.reasons().ofCluster(seen));
  }
}
