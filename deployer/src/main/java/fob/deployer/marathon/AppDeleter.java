package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.WriteResult;
import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.CreationPause;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.KnownApp;
import fob.deployer.marathon.cluster.DeploymentQueue;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes one app. If the outcome is unknown, the next step reads the app before another write.
 * Used by the app's steps alone.
 */
final class AppDeleter {

  private static final Logger LOGGER = LoggerFactory.getLogger(AppDeleter.class);

  private final SessionContext session;
  private final String appId;
  private final DeploymentQueue.Entrant entrant;
  private final Predicate<@Nullable FunctionApp> isWanted;
  private final KnownApp known;
  private final ConvergenceTimer convergence;
  private final CreationPause pause;

  AppDeleter(AppContext app) {
    this.session = app.session();
    this.appId = app.appId();
    this.entrant = app.entrant();
    this.isWanted = app.isWanted();
    this.known = app.known();
    this.convergence = app.convergence();
    this.pause = app.pause();
  }

  /**
   * Deletes an app that is not wanted.
   *
   * @return the deployment that deletes it; null if the app has to be read again first
   */
  @Nullable String delete(AppView seen) throws InterruptedException {
    session.writeRate().awaitTurn();
    if (!isWanted.test(null)) {
      return null;
    }
    convergence.start();
    WriteResult outcome = session.client().delete(appId);
    log("deleted", outcome);
    if (outcome instanceof WriteResult.Accepted(String deployment)) {
      session.writeRate().answered();
      deleted();
      convergence.restart();
      return deployment;
    }
    notDeleted(outcome, seen);
    return null;
  }

  /**
   * Deletes a wanted app that never served.
   *
   * @param forGood whether this deployer must not create it again
   */
  Duration discard(AppView seen, boolean forGood) throws InterruptedException {
    session.writeRate().awaitTurn();
    WriteResult outcome = session.client().delete(appId);
    log("deleted, since it never became healthy", outcome);
    if (outcome instanceof WriteResult.Accepted || outcome instanceof WriteResult.Absent) {
      session.writeRate().answered();
      session.queue().leave(entrant);
      deleted();
      if (forGood) {
        pause.beginForGood();
        return StepDelay.NEVER;
      }
      return pause.begin();
    }
    notDeleted(outcome, seen);
    return convergence.nextRetry();
  }

  private void notDeleted(WriteResult outcome, AppView seen) throws InterruptedException {
    switch (outcome) {
      case WriteResult.Full _ -> {
        session.writeRate().full();
        session.deployments().abandon(seen);
      }
      case WriteResult.Unclear _ -> session.writeRate().failed();
      case WriteResult.Accepted _,
          WriteResult.Absent _,
          WriteResult.Exists _,
          WriteResult.Locked _,
          WriteResult.Refused _ ->
          session.writeRate().answered();
    }
  }

  private void deleted() {
    session.snapshot().forget(appId);
    known.forget();
  }

  private void log(String what, WriteResult outcome) {
    LOGGER.atInfo().addKeyValue("app", appId).log("app {}: {}", what, outcome);
  }
}
