package fob.deployer.marathon;

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
final class AppWatch {

  private final Cluster cluster;
  private final DeploymentQueue.Entrant entrant;
  private final AppWriter writer;
  private final Patience patience;
  private final AppStatus status;
  private final Readiness readiness;
  private boolean served;
  private boolean gaveUp;

  AppWatch(
      Cluster cluster,
      DeploymentQueue.Entrant entrant,
      AppWriter writer,
      Patience patience,
      AppStatus status) {
    this.cluster = cluster;
    this.entrant = entrant;
    this.writer = writer;
    this.patience = patience;
    this.status = status;
    this.readiness = new Readiness(cluster.tempo().hold());
  }

  /** Tells where it serves, if it does. */
  Readiness.Serving tellServing(AppView seen) {
    Readiness.Serving serving = readiness.look(seen, cluster.clock().instant());
    if (!serving.instances().isEmpty()) {
      served = true;
      status.seen(new Ready(serving.instances()));
    }
    return serving;
  }

  /** Says when to look again. */
  Duration watch(AppView seen) throws InterruptedException {
    Readiness.Serving serving = tellServing(seen);
    boolean serves = !serving.instances().isEmpty();
    boolean deploying = !seen.deployments().isEmpty();
    patience.answered();
    if (deploying) {
      cluster.queue().adopt(entrant);
    } else {
      cluster.queue().leave(entrant);
    }
    if (serves && !deploying) {
      patience.end();
      gaveUp = false;
      return serving
          .until()
          .map(until -> Duration.between(cluster.clock().instant(), until).plusMillis(1))
          .filter(Duration::isPositive)
          .orElse(Timing.NEVER);
    }
    patience.begin();
    if (patience.isOver()) {
      return giveUp(seen, serves);
    }
    return serves ? patience.poll() : explain(seen);
  }

  private boolean isOfNoUse() {
    return writer.isCreated() && !served;
  }

  private Duration explain(AppView seen) throws InterruptedException {
    Optional<FailureReason> ofDriver = cluster.reasons().ofDriver(seen);
    if (ofDriver.isPresent()) {
      status.seen(new Failed(ofDriver.get()));
      if (isOfNoUse() && patience.isStuck()) {
        return writer.discard(seen, true);
      }
    } else if (patience.isLong() || served) {
      status.seen(new Deploying(cluster.reasons().ofCluster(seen)));
    } else {
      status.seen(new Deploying("starting on Marathon"));
    }
    return patience.poll();
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
    return cluster.tempo().longestRetry();
  }

  private FailureReason reason(AppView seen) throws InterruptedException {
    Optional<FailureReason> ofDriver = cluster.reasons().ofDriver(seen);
    return ofDriver.isPresent()
        ? ofDriver.get()
        : FailureReason.of(
            "it did not get ready on Marathon in time: " + cluster.reasons().ofCluster(seen));
  }
}
