package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.WriteResult;
import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.CreationPause;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.KnownApp;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.cluster.DeploymentQueue;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and updates one app, once the app has a place in the deployment queue and its turn to
 * write. Each method returns when to look at the app again. If the outcome of a write is unknown,
 * the next step reads the app before another write. Used by the app's steps alone.
 */
final class AppWriter {

  private static final Logger LOGGER = LoggerFactory.getLogger(AppWriter.class);

  private final SessionContext session;
  private final String appId;
  private final DeploymentQueue.Entrant entrant;
  private final Predicate<@Nullable FunctionApp> isWanted;
  private final KnownApp known;
  private final ConvergenceTimer convergence;
  private final StatusReporter status;
  private final CreationPause pause;
  private boolean created;
  private boolean updated;
  private boolean updateFailed;

  /** The app of the last write. */
  private @Nullable FunctionApp tried;

  AppWriter(AppContext app) {
    this.session = app.session();
    this.appId = app.appId();
    this.entrant = app.entrant();
    this.isWanted = app.isWanted();
    this.known = app.known();
    this.convergence = app.convergence();
    this.status = app.status();
    this.pause = app.pause();
  }

  /** Whether this deployer created the app. Only then it may delete the app while it is wanted. */
  boolean isCreated() {
    return created;
  }

  /** Whether this deployer updated the app. */
  boolean isUpdated() {
    return updated;
  }

  /** Whether the update to this app was refused or rolled back. The app keeps its old spec then. */
  boolean isUpdateFailed(FunctionApp app) {
    return updateFailed && app.equals(tried);
  }

  /** The update was rolled back. */
  void updateFailed() {
    updateFailed = true;
  }

  /** Creates the app, unless it is in a pause. */
  Duration create(FunctionApp app) throws InterruptedException {
    if (pause.isSet() && !app.equals(tried)) {
      endPause(); // a secret has changed
    }
    if (pause.isForGood()) {
      session.queue().leave(entrant);
      return StepDelay.NEVER;
    }
    if (pause.remaining().isPositive()) {
      session.queue().leave(entrant);
      return pause.remaining();
    }
    if (pause.isSet()) {
      endPause();
    }
    if (!begin(app)) {
      return StepDelay.NEVER;
    }
    if (!isWanted.test(app)) {
      return StepDelay.NOW;
    }
    created = true;
    tried = app;
    WriteResult outcome = session.client().create(app.json());
    log("created", outcome);
    return outcome instanceof WriteResult.Absent
        ? refused("Marathon answered 404 to a new app; check FOB_MARATHON_URL")
        : written(outcome);
  }

  private void endPause() {
    pause.end();
    convergence.stop();
  }

  /** Replaces the app's spec. */
  Duration update(FunctionApp app) throws InterruptedException {
    if (!begin(app)) {
      return StepDelay.NEVER;
    }
    if (!isWanted.test(app)) {
      return StepDelay.NOW;
    }
    updated = true;
    tried = app;
    WriteResult outcome = session.client().update(app.id(), app.json());
    log("updated", outcome);
    updateFailed = outcome instanceof WriteResult.Refused;
    return written(outcome);
  }

  /** Whether the app has a place in the queue. Waits for its turn to write. */
  private boolean begin(FunctionApp app) throws InterruptedException {
    if (!session.queue().enter(entrant)) {
      status.waiting("waits for its turn: many functions are being deployed");
      return false;
    }
    convergence.start();
    if (isWanted.test(app)) {
      session.writeRate().awaitTurn();
    }
    return true;
  }

  private void log(String what, WriteResult outcome) {
    LOGGER.atInfo().addKeyValue("app", appId).log("app {}: {}", what, outcome);
  }

  private Duration written(WriteResult outcome) throws InterruptedException {
    // The known view is older than this write, so the next step asks Marathon.
    known.doubt();
    if (!(outcome instanceof WriteResult.Full || outcome instanceof WriteResult.Unclear)) {
      session.writeRate().answered();
    }
    return switch (outcome) {
      case WriteResult.Accepted _ -> {
        convergence.restart();
        convergence.replyReceived();
        yield convergence.nextPoll();
      }
      // The next step looks again, after a delay, so that it cannot loop without a pause.
      case WriteResult.Exists _, WriteResult.Absent _ -> convergence.nextPoll();
      case WriteResult.Locked _ -> later("another deployment has locked its app");
      case WriteResult.Full _ -> full();
      case WriteResult.Refused(String why) -> refused(why);
      case WriteResult.Unclear(String why) -> {
        session.writeRate().failed();
        yield later(why);
      }
    };
  }

  private Duration full() throws InterruptedException {
    session.writeRate().full();
    AppView own = known.view();
    if (own != null && known.isDeploying() && convergence.isStuck()) {
      session.deployments().abandon(own);
    } else {
      session.deployments().makeRoom();
    }
    return later("Marathon already runs as many deployments as it allows for all its users");
  }

  /**
   * Tries again later. The next step reads the app first, since Marathon may have done the write.
   */
  Duration later(String why) {
    if (!known.isDeploying()) {
      session.queue().leave(entrant);
    }
    convergence.start();
    if (convergence.isPastDeadline()) {
      status.refused(why + "; fob keeps trying");
    } else {
      status.waiting("waiting: " + why);
    }
    return convergence.nextRetry();
  }

  /** Marathon refused, and would refuse again soon. Begins a pause. */
  Duration refused(String why) {
    LOGGER.atWarn().addKeyValue("app", appId).log("refused: {}", why);
    session.queue().leave(entrant);
    status.refused(why);
    return pause.begin();
  }
}
