package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.ImageCode;
import fob.deployer.marathon.app.ImageTasks;
import fob.deployer.marathon.app.ServingTasks;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.cluster.DeploymentQueue;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import fob.service.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;

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
  private final BiConsumer<String, String> mustReplace;
  private final ServingTasks serving;
  private final ImageTasks images;
  private boolean served;
  private boolean gaveUp;

  HealthWatch(AppContext app, AppWriter writer, AppDeleter deleter) {
    this.session = app.session();
    this.entrant = app.entrant();
    this.writer = writer;
    this.deleter = deleter;
    this.convergence = app.convergence();
    this.status = app.status();
    this.mustReplace = app.mustReplace();
    this.serving = new ServingTasks(session.timings().hold());
    this.images =
        new ImageTasks(
            session.images(),
            session.threads(),
            session.clock(),
            session.config().deadline(),
            Backoff.doubling(session.timings().longestRetry(), session.timings().againAfter()),
            entrant::wake);
  }

  /** Reports the instances that serve, if there are any. */
  ServingTasks.Serving tellServing(AppView seen, FunctionApp app) {
    ImageCode image = app.image();
    ServingTasks.Serving now =
        image == null ? serving.look(seen, session.clock().instant()) : images.look(seen, image);
    if (!now.instances().isEmpty()) {
      served = true;
      status.seen(new Ready(now.instances()));
    }
    return now;
  }

  /** Returns when to look at the app again. */
  Duration watch(AppView seen, FunctionApp app) throws InterruptedException {
    ServingTasks.Serving now = tellServing(seen, app);
    Optional<Instant> until = app.image() == null ? now.until() : replaceUnusable();
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
      return until
          .map(then -> Duration.between(session.clock().instant(), then).plusMillis(1))
          .filter(Duration::isPositive)
          .orElse(StepDelay.NEVER);
    }
    convergence.start();
    if (convergence.isPastDeadline()) {
      return giveUp(seen, app, serves);
    }
    return serves ? convergence.nextPoll() : explain(seen, app);
  }

  /**
   * Replaces tasks that did not take their code. The app of a new function whose code is at fault
   * is not kept, so its tasks are not replaced.
   *
   * @return when there is more to do; empty if there is none
   */
  private Optional<Instant> replaceUnusable() {
    Instant now = session.clock().instant();
    Optional<Instant> next = Optional.empty();
    for (ImageTasks.Unusable each : images.unusable()) {
      if (each.failed() && hasNeverServed()) {
        continue;
      }
      if (each.due().isAfter(now)) {
        return next.or(() -> Optional.of(each.due()));
      }
      mustReplace.accept(each.task(), each.why());
      next = Optional.of(now.plus(session.timings().longestPoll()));
    }
    return next;
  }

  private boolean hasNeverServed() {
    return writer.isCreated() && !served;
  }

  /** The failure that is certain, and caused by the user's code. */
  private Optional<FailureReason> ofCode(AppView seen, FunctionApp app) {
    return app.image() == null ? session.reasons().ofDriver(seen) : images.failure();
  }

  private String ofCluster(AppView seen) throws InterruptedException {
    Optional<String> ofImages = images.note();
    return ofImages.isPresent() ? ofImages.get() : session.reasons().ofCluster(seen);
  }

  private Duration explain(AppView seen, FunctionApp app) throws InterruptedException {
    Optional<FailureReason> ofCode = ofCode(seen, app);
    if (ofCode.isPresent()) {
      status.seen(new Failed(ofCode.get()));
      if (hasNeverServed() && convergence.isStuck()) {
        return deleter.discard(seen, true);
      }
    } else if (convergence.isWorthAReason() || served || !images.unusable().isEmpty()) {
      status.seen(new Deploying(ofCluster(seen)));
    } else {
      status.seen(new Deploying("starting on Marathon"));
    }
    return convergence.nextPoll();
  }

  private Duration giveUp(AppView seen, FunctionApp app, boolean serves)
      throws InterruptedException {
    if (!serves) {
      status.seen(new Failed(reason(seen, app)));
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

  private FailureReason reason(AppView seen, FunctionApp app) throws InterruptedException {
    Optional<FailureReason> ofCode = ofCode(seen, app);
    return ofCode.isPresent()
        ? ofCode.get()
        : FailureReason.of("the app did not become ready on Marathon in time: " + ofCluster(seen));
  }
}
