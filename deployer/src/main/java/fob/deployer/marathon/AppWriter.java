package fob.deployer.marathon;

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

  private final Cluster cluster;
  private final String appId;
  private final DeploymentQueue.Entrant entrant;
  private final Predicate<@Nullable FunctionApp> isWanted;
  private final AppSight sight;
  private final Patience patience;
  private final AppStatus status;
  private boolean created;
  private boolean updated;
  private boolean updateFailed;
  private @Nullable Instant parkedUntil;
  private int parks;

  /**
   * @param isWanted whether that is still what the app shall be; null: gone
   */
  AppWriter(
      Cluster cluster,
      String appId,
      DeploymentQueue.Entrant entrant,
      Predicate<@Nullable FunctionApp> isWanted,
      AppSight sight,
      Patience patience,
      AppStatus status) {
    this.cluster = cluster;
    this.appId = appId;
    this.entrant = entrant;
    this.isWanted = isWanted;
    this.sight = sight;
    this.patience = patience;
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
      return Timing.NEVER;
    }
    if (!isWanted.test(app)) {
      return Timing.NOW;
    }
    created = true;
    Write outcome = cluster.client().create(app);
    log("created", outcome);
    return outcome instanceof Write.Absent
        ? refused("Marathon answered 404 to a new app; check FOB_MARATHON_URL")
        : written(outcome);
  }

  Duration update(FunctionApp app) throws InterruptedException {
    if (!begin(app)) {
      return Timing.NEVER;
    }
    if (!isWanted.test(app)) {
      return Timing.NOW;
    }
    updated = true;
    Write outcome = cluster.client().update(app);
    log("updated", outcome);
    updateFailed = outcome instanceof Write.Refused;
    return written(outcome);
  }

  /**
   * Deletes an app that nobody wants.
   *
   * @return the deployment that does it, or nothing if it has to be looked at again
   */
  @Nullable String delete(AppView seen) throws InterruptedException {
    cluster.pace().awaitTurn();
    if (!isWanted.test(null)) {
      return null;
    }
    patience.begin();
    Write outcome = cluster.client().delete(appId);
    log("deleted", outcome);
    if (outcome instanceof Write.Accepted(String deployment)) {
      cluster.pace().answered();
      deleted();
      patience.beginAgain();
      return deployment;
    }
    notDeleted(outcome, seen);
    return null;
  }

  /** Deletes a wanted app of which nobody ever had anything. */
  Duration discard(AppView seen, boolean forGood) throws InterruptedException {
    cluster.pace().awaitTurn();
    Write outcome = cluster.client().delete(appId);
    log("deleted, as it never got healthy", outcome);
    if (outcome instanceof Write.Accepted || outcome instanceof Write.Absent) {
      cluster.pace().answered();
      cluster.queue().leave(entrant);
      deleted();
      return forGood ? parkForGood() : park();
    }
    notDeleted(outcome, seen);
    return patience.retry();
  }

  private void notDeleted(Write outcome, AppView seen) throws InterruptedException {
    switch (outcome) {
      case Write.Full _ -> {
        cluster.pace().full();
        cluster.deployments().abandon(seen);
      }
      case Write.Unclear _ -> cluster.pace().failed();
      case Write.Accepted _, Write.Absent _, Write.Exists _, Write.Locked _, Write.Refused _ ->
          cluster.pace().answered();
    }
  }

  private void deleted() {
    cluster.snapshot().forget(appId);
    sight.forget();
  }

  /** Whether it has a place and its turn. */
  private boolean begin(FunctionApp app) throws InterruptedException {
    if (!cluster.queue().enter(entrant)) {
      status.waiting("waits for its turn: many functions are being deployed");
      return false;
    }
    patience.begin();
    if (isWanted.test(app)) {
      cluster.pace().awaitTurn();
    }
    return true;
  }

  private void log(String what, Write outcome) {
    LOGGER.atInfo().addKeyValue("app", appId).log("app {}: {}", what, outcome);
  }

  private Duration written(Write outcome) throws InterruptedException {
    // Whatever wakes the app next: what is known of it is from before.
    sight.doubt();
    if (!(outcome instanceof Write.Full || outcome instanceof Write.Unclear)) {
      cluster.pace().answered();
    }
    return switch (outcome) {
      case Write.Accepted _ -> {
        patience.beginAgain();
        patience.answered();
        yield patience.poll();
      }
      // Another look, but not in a circle without a pause.
      case Write.Exists _, Write.Absent _ -> patience.poll();
      case Write.Locked _ -> later("another deployment holds its app");
      case Write.Full _ -> full();
      case Write.Refused(String why) -> refused(why);
      case Write.Unclear(String why) -> {
        cluster.pace().failed();
        yield later(why);
      }
    };
  }

  private Duration full() throws InterruptedException {
    cluster.pace().full();
    AppView own = sight.view();
    if (own != null && sight.isDeploying() && patience.isStuck()) {
      cluster.deployments().abandon(own);
    } else {
      cluster.deployments().makeRoom();
    }
    return later("Marathon runs as many deployments as it allows, of all its users");
  }

  /** Not now. A look comes first then, since what was asked for may have been done. */
  Duration later(String why) {
    if (!sight.isDeploying()) {
      cluster.queue().leave(entrant);
    }
    patience.begin();
    if (patience.isOver()) {
      status.refused(why + "; fob goes on trying");
    } else {
      status.waiting("waiting: " + why);
    }
    return patience.retry();
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
      return Timing.NEVER;
    }
    Duration left = Duration.between(cluster.clock().instant(), until);
    if (!left.isPositive()) {
      parkedUntil = null;
      patience.end();
    }
    return left;
  }

  /** The cluster may be able to do later what it cannot do now. */
  private Duration park() {
    Duration pause =
        cluster.tempo().againAfter().multipliedBy(1L << Math.min(parks, MOST_DOUBLINGS));
    parks++;
    parkedUntil = cluster.clock().instant().plus(pause);
    return pause;
  }

  /** It is the function's own fault: the next deployer tries it again, this one does not. */
  private Duration parkForGood() {
    parkedUntil = Instant.MAX;
    return Timing.NEVER;
  }
}
