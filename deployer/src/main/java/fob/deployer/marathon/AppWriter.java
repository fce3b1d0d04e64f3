package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.WriteResult;
import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.KnownApp;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.cluster.DeploymentQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes one app, each time it has a place among the deployments and its turn. Says when to look
 * again: a write of which nobody knows is followed by a look, never by another write. Used by the
 * app's steps alone.
 */
final class AppWriter {

  private static final Logger LOGGER = LoggerFactory.getLogger(AppWriter.class);
  private static final int MOST_DOUBLINGS = 6;

  private final SessionContext cluster;
  private final String appId;
  private final DeploymentQueue.Entrant entrant;
  private final Predicate<@Nullable FunctionApp> isWanted;
  private final KnownApp known;
  private final ConvergenceTimer convergence;
  private final StatusReporter status;
  private boolean created;
  private boolean updated;
  private boolean updateFailed;
  private @Nullable Instant parkedUntil;
  private int parks;

  /**
   * @param isWanted whether that is still what the app shall be; null: gone
   */
  AppWriter(
      SessionContext cluster,
      String appId,
      DeploymentQueue.Entrant entrant,
      Predicate<@Nullable FunctionApp> isWanted,
      KnownApp known,
      ConvergenceTimer convergence,
      StatusReporter status) {
    this.cluster = cluster;
    this.appId = appId;
    this.entrant = entrant;
    this.isWanted = isWanted;
    this.known = known;
    this.convergence = convergence;
    this.status = status;
  }

  /** Whether this deployer made the app, so that it may unmake it. */
  boolean isCreated() {
    return created;
  }

  /** Whether this deployer changed it. */
  boolean isUpdated() {
    return updated;
  }

  /** Whether its update was refused, or undone: the old one has to do. */
  boolean isUpdateFailed() {
    return updateFailed;
  }

  void updateFailed() {
    updateFailed = true;
  }

  Duration create(FunctionApp app) throws InterruptedException {
    Duration parked = parked();
    if (parked.isPositive()) {
      cluster.queue().leave(entrant);
      return parked;
    }
    if (!begin(app)) {
      return StepDelay.NEVER;
    }
    if (!isWanted.test(app)) {
      return StepDelay.NOW;
    }
    created = true;
    WriteResult outcome = cluster.client().create(app.json());
    log("created", outcome);
    return outcome instanceof WriteResult.Absent
        ? refused("Marathon answered 404 to a new app; check FOB_MARATHON_URL")
        : written(outcome);
  }

  Duration update(FunctionApp app) throws InterruptedException {
    if (!begin(app)) {
      return StepDelay.NEVER;
    }
    if (!isWanted.test(app)) {
      return StepDelay.NOW;
    }
    updated = true;
    WriteResult outcome = cluster.client().update(app.id(), app.json());
    log("updated", outcome);
    updateFailed = outcome instanceof WriteResult.Refused;
    return written(outcome);
  }

  /**
   * Deletes an app that nobody wants.
   *
   * @return the deployment that does it, or nothing if it has to be looked at again
   */
  @Nullable String delete(AppView seen) throws InterruptedException {
    cluster.writeRate().awaitTurn();
    if (!isWanted.test(null)) {
      return null;
    }
    convergence.start();
    WriteResult outcome = cluster.client().delete(appId);
    log("deleted", outcome);
    if (outcome instanceof WriteResult.Accepted(String deployment)) {
      cluster.writeRate().answered();
      deleted();
      convergence.restart();
      return deployment;
    }
    notDeleted(outcome, seen);
    return null;
  }

  /** Deletes a wanted app of which nobody ever had anything. */
  Duration discard(AppView seen, boolean forGood) throws InterruptedException {
    cluster.writeRate().awaitTurn();
    WriteResult outcome = cluster.client().delete(appId);
    log("deleted, as it never got healthy", outcome);
    if (outcome instanceof WriteResult.Accepted || outcome instanceof WriteResult.Absent) {
      cluster.writeRate().answered();
      cluster.queue().leave(entrant);
      deleted();
      return forGood ? parkForGood() : park();
    }
    notDeleted(outcome, seen);
    return convergence.nextRetry();
  }

  private void notDeleted(WriteResult outcome, AppView seen) throws InterruptedException {
    switch (outcome) {
      case WriteResult.Full _ -> {
        cluster.writeRate().full();
        cluster.deployments().abandon(seen);
      }
      case WriteResult.Unclear _ -> cluster.writeRate().failed();
      case WriteResult.Accepted _,
          WriteResult.Absent _,
          WriteResult.Exists _,
          WriteResult.Locked _,
          WriteResult.Refused _ ->
          cluster.writeRate().answered();
    }
  }

  private void deleted() {
    cluster.snapshot().forget(appId);
    known.forget();
  }

  /** Whether it has a place and its turn. */
  private boolean begin(FunctionApp app) throws InterruptedException {
    if (!cluster.queue().enter(entrant)) {
      status.waiting("waits for its turn: many functions are being deployed");
      return false;
    }
    convergence.start();
    if (isWanted.test(app)) {
      cluster.writeRate().awaitTurn();
    }
    return true;
  }

  private void log(String what, WriteResult outcome) {
    LOGGER.atInfo().addKeyValue("app", appId).log("app {}: {}", what, outcome);
  }

  private Duration written(WriteResult outcome) throws InterruptedException {
    // Whatever wakes the app next: what is known of it is from before.
    known.doubt();
    if (!(outcome instanceof WriteResult.Full || outcome instanceof WriteResult.Unclear)) {
      cluster.writeRate().answered();
    }
    return switch (outcome) {
      case WriteResult.Accepted _ -> {
        convergence.restart();
        convergence.replyReceived();
        yield convergence.nextPoll();
      }
      // Another look, but not in a circle without a pause.
      case WriteResult.Exists _, WriteResult.Absent _ -> convergence.nextPoll();
      case WriteResult.Locked _ -> later("another deployment holds its app");
      case WriteResult.Full _ -> full();
      case WriteResult.Refused(String why) -> refused(why);
      case WriteResult.Unclear(String why) -> {
        cluster.writeRate().failed();
        yield later(why);
      }
    };
  }

  private Duration full() throws InterruptedException {
    cluster.writeRate().full();
    AppView own = known.view();
    if (own != null && known.isDeploying() && convergence.isStuck()) {
      cluster.deployments().abandon(own);
    } else {
      cluster.deployments().makeRoom();
    }
    return later("Marathon runs as many deployments as it allows, of all its users");
  }

  /** Not now. A look comes first then, since what was asked for may have been done. */
  Duration later(String why) {
    if (!known.isDeploying()) {
      cluster.queue().leave(entrant);
    }
    convergence.start();
    if (convergence.isPastDeadline()) {
      status.refused(why + "; fob goes on trying");
    } else {
      status.waiting("waiting: " + why);
    }
    return convergence.nextRetry();
  }

  /** Not by trying again soon. */
  Duration refused(String why) {
    LOGGER.atWarn().addKeyValue("app", appId).log("refused: {}", why);
    cluster.queue().leave(entrant);
    status.refused(why);
    return park();
  }

  /** How long it must not be created again. */
  private Duration parked() {
    Instant until = parkedUntil;
    if (until == null) {
      return Duration.ZERO;
    }
    if (until.equals(Instant.MAX)) {
      return StepDelay.NEVER;
    }
    Duration left = Duration.between(cluster.clock().instant(), until);
    if (!left.isPositive()) {
      parkedUntil = null;
      convergence.stop();
    }
    return left;
  }

  /** The cluster may be able to do later what it cannot do now. */
  private Duration park() {
    Duration pause =
        cluster.timings().againAfter().multipliedBy(1L << Math.min(parks, MOST_DOUBLINGS));
    parks++;
    parkedUntil = cluster.clock().instant().plus(pause);
    return pause;
  }

  /** It is the function's own fault: the next deployer tries it again, this one does not. */
  private Duration parkForGood() {
    parkedUntil = Instant.MAX;
    return StepDelay.NEVER;
  }
}
