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
 * Watches an app that is as it should be get ready and stay so, and deals with one that does not: a
 * failing app's deployment never ends by itself, and is in the way of others'. Used by the app's
 * steps alone.
 */
final class HealthWatch {

  private final SessionContext cluster;
  private final DeploymentQueue.Entrant entrant;
  private final AppWriter writer;
  private final ConvergenceTimer convergence;
  private final StatusReporter status;
  private final ServingTasks readiness;
  private boolean served;
  private boolean gaveUp;

  HealthWatch(
      SessionContext cluster,
      DeploymentQueue.Entrant entrant,
      AppWriter writer,
      ConvergenceTimer convergence,
      StatusReporter status) {
    this.cluster = cluster;
    this.entrant = entrant;
    this.writer = writer;
    this.convergence = convergence;
    this.status = status;
    this.readiness = new ServingTasks(cluster.timings().hold());
  }

  /** Tells where it serves, if it does. */
  ServingTasks.Serving tellServing(AppView seen) {
    ServingTasks.Serving serving = readiness.look(seen, cluster.clock().instant());
    if (!serving.instances().isEmpty()) {
      served = true;
      status.seen(new Ready(serving.instances()));
    }
    return serving;
  }

  /** Says when to look again. */
  Duration watch(AppView seen) throws InterruptedException {
    ServingTasks.Serving serving = tellServing(seen);
    boolean serves = !serving.instances().isEmpty();
    boolean deploying = !seen.deployments().isEmpty();
    convergence.replyReceived();
    if (deploying) {
      cluster.queue().adopt(entrant);
    } else {
      cluster.queue().leave(entrant);
    }
    if (serves && !deploying) {
      convergence.stop();
      gaveUp = false;
      return serving
          .until()
          .map(until -> Duration.between(cluster.clock().instant(), until).plusMillis(1))
          .filter(Duration::isPositive)
          .orElse(StepDelay.NEVER);
    }
    convergence.start();
    if (convergence.isPastDeadline()) {
      return giveUp(seen, serves);
    }
    return serves ? convergence.nextPoll() : explain(seen);
  }

  private boolean isOfNoUse() {
    return writer.isCreated() && !served;
  }

  private Duration explain(AppView seen) throws InterruptedException {
    Optional<FailureReason> ofDriver = cluster.reasons().ofDriver(seen);
    if (ofDriver.isPresent()) {
      status.seen(new Failed(ofDriver.get()));
      if (isOfNoUse() && convergence.isStuck()) {
        return writer.discard(seen, true);
      }
    } else if (convergence.isWorthAReason() || served) {
      status.seen(new Deploying(cluster.reasons().ofCluster(seen)));
    } else {
      status.seen(new Deploying("starting on Marathon"));
    }
    return convergence.nextPoll();
  }

  private Duration giveUp(AppView seen, boolean serves) throws InterruptedException {
    if (!serves) {
      status.seen(new Failed(reason(seen)));
    }
    if (isOfNoUse()) {
      return writer.discard(seen, seen.currentFailure().isPresent());
    }
    if (!gaveUp && !seen.deployments().isEmpty()) {
      if (writer.isUpdated()) {
        writer.updateFailed();
        cluster.deployments().rollBack(seen);
      } else {
        cluster.deployments().abandon(seen);
      }
    }
    gaveUp = true;
    return cluster.timings().longestRetry();
  }

  private FailureReason reason(AppView seen) throws InterruptedException {
    Optional<FailureReason> ofDriver = cluster.reasons().ofDriver(seen);
    return ofDriver.isPresent()
        ? ofDriver.get()
        : FailureReason.of(
            "it did not get ready on Marathon in time: " + cluster.reasons().ofCluster(seen));
  }
}
