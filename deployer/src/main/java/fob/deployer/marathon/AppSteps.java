package fob.deployer.marathon;

import fob.deployer.marathon.api.AppLabels;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.ReadResult;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.KnownApp;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.app.TaskEnds;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps that bring one app to its wanted state. Each step looks at the app as last seen and
 * does the next thing, so steps may be repeated, and wake-ups may be lost or doubled. Used by one
 * thread at a time.
 */
final class AppSteps {

  private static final Logger LOGGER = LoggerFactory.getLogger(AppSteps.class);

  /** A function that was registered within this time before the first step counts as new. */
  private static final Duration NEW = Duration.ofSeconds(5);

  private final AppReconciler reconciler;
  private final SessionContext session;
  private final String appId;
  private final Instant begun;
  private final KnownApp known;
  private final StatusReporter status;
  private final AppWriter writer;
  private final HealthWatch watch;
  private final AppRemoval removal;
  private final TaskEnds ends = new TaskEnds();

  AppSteps(AppReconciler reconciler, AppContext app) {
    this.reconciler = reconciler;
    this.session = app.session();
    this.appId = app.appId();
    this.begun = session.clock().instant();
    this.known = app.known();
    this.status = app.status();
    AppDeleter deleter = new AppDeleter(app);
    this.writer = new AppWriter(app);
    this.watch = new HealthWatch(app, writer, deleter);
    this.removal = new AppRemoval(reconciler, app, deleter);
  }

  /**
   * Does the next thing, and returns when the next step is due unless something wakes it earlier.
   */
  Duration next() throws InterruptedException {
    Optional<String> unknown = session.snapshot().problem();
    if (unknown.isPresent()) {
      return awaitList(unknown.get());
    }
    FunctionApp app = reconciler.wanted();
    if (app == null && removal.isUnderWay()) {
      return removal.await();
    }
    removal.reset();
    if (app != null && reconciler.takeRemoved()) {
      // Whoever wants the app again has to hear its status, also if that has not changed.
      status.forget();
    }
    return switch (known.look()) {
      case ReadResult.Unavailable<AppView>(String why) -> writer.later(why);
      case ReadResult.Denied<AppView>(String why) -> writer.refused(why);
      case ReadResult.Absent<AppView> _ -> {
        ends.absent();
        yield app == null ? removal.await() : writer.create(app);
      }
      case ReadResult.Got<AppView>(AppView seen) -> {
        if (!seen.owner().equals(session.owner())) {
          yield foreign(app != null);
        }
        if (app == null) {
          yield removal.begin(seen);
        }
        ends.look(seen).ifPresent(why -> session.listener().ended(reconciler, why));
        if (seen.spec().equals(app.hash()) || writer.isUpdateFailed(app)) {
          yield watch.watch(seen, app);
        }
        watch.tellServing(seen, app);
        yield writer.update(app);
      }
    };
  }

  /**
   * Waits for the first list of apps. A function that was registered earlier may be running, so its
   * status changes only once the list is long overdue.
   */
  private Duration awaitList(String why) {
    FunctionApp app = reconciler.wanted();
    if (app != null && !why.isEmpty()) {
      boolean isNew = app.registered().isAfter(begun.minus(NEW));
      boolean isLong = begun.plus(session.timings().hold()).isBefore(session.clock().instant());
      if (isNew || isLong) {
        status.waiting("waiting for Marathon: " + why);
      }
    }
    // Each list wakes all apps, also one that failed.
    return StepDelay.NEVER;
  }

  private Duration foreign(boolean isWanted) {
    session.queue().leave(reconciler);
    String message =
        "Marathon already has an app %s of another owner (its label %s is not '%s'); remove that app, or set another FOB_MARATHON_GROUP"
            .formatted(appId, AppLabels.OWNER, session.owner());
    if (isWanted) {
      status.seen(new Failed(FailureReason.of(message)));
      return session.timings().againAfter();
    }
    LOGGER.atWarn().addKeyValue("app", appId).log("not removed: {}", message);
    session.listener().gone(reconciler);
    return StepDelay.NEVER;
  }
}
