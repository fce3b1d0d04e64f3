package fob.deployer.marathon;

import fob.deployer.marathon.api.AppLabels;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.ReadResult;
import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.KnownApp;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.cluster.DeploymentQueue;
import fob.function.FunctionId;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one function's app as it is wanted: there, or gone. Level-triggered: each step looks at the
 * app as last seen and does what is next, so it may be repeated, and wake-ups may be lost or come
 * twice.
 *
 * <p>Steps run one at a time; what they alone use has no guard. All else is volatile, or guarded by
 * this.
 */
final class AppReconciler implements DeploymentQueue.Entrant {

  private static final Logger LOGGER = LoggerFactory.getLogger(AppReconciler.class);
  private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(60);
  private static final Duration NEW = Duration.ofSeconds(5);

  private final SessionContext cluster;
  private final FunctionId function;
  private final String appId;
  private final Instant begun;
  private final CoalescingTask steps;
  private final ConvergenceTimer convergence;
  private final KnownApp known;
  private final StatusReporter status;
  private final AppWriter writer;
  private final HealthWatch watch;

  private volatile @Nullable FunctionApp wanted;
  private volatile boolean stopped;
  private @Nullable Future<?> alarm; // guarded by this
  private @Nullable String removal; // of the steps alone: the deployment that removes it

  AppReconciler(SessionContext cluster, FunctionId function) {
    this.cluster = cluster;
    this.function = function;
    this.appId = FunctionApp.id(cluster.config().group(), function);
    this.begun = cluster.clock().instant();
    this.steps = new CoalescingTask(cluster.threads(), this::turn);
    this.convergence =
        new ConvergenceTimer(cluster.timings(), cluster.config().deadline(), cluster.clock());
    this.known = new KnownApp(appId, cluster.client(), cluster.snapshot());
    this.status = new StatusReporter(news -> cluster.listener().changed(this, news));
    this.writer =
        new AppWriter(cluster, appId, this, this::isStillWanted, known, convergence, status);
    this.watch = new HealthWatch(cluster, this, writer, convergence, status);
  }

  FunctionId function() {
    return function;
  }

  String appId() {
    return appId;
  }

  boolean isWanted() {
    return wanted != null;
  }

  private boolean isStillWanted(@Nullable FunctionApp app) {
    return !stopped && Objects.equals(app, wanted);
  }

  /** From now on the app shall be there, and be that. */
  void want(FunctionApp app) {
    wanted = app;
    wake();
  }

  /** From now on the app shall be gone. */
  void unwant() {
    wanted = null;
    hint();
  }

  /** Does nothing any more; the app stays as it is. */
  void stop() {
    stopped = true;
    setAlarm(null);
  }

  @Override
  public void wake() {
    if (!stopped) {
      steps.wake();
    }
  }

  /** Something may have happened to the app. */
  void hint() {
    known.doubt();
    wake();
  }

  /** A complete view of the app, unless it is older than what is known. */
  void offer(AppView seen) {
    known.accept(seen);
    wake();
  }

  /** Whether a list shows, in its view or by having none, that what is known is not so any more. */
  boolean differs(@Nullable AppView listed, long asked) {
    return known.differs(listed, asked);
  }

  @Override
  public @Nullable AppView stuck() {
    return known.isDeploying() && convergence.isStuck() ? known.view() : null;
  }

  /** Whether that task serves, as far as is known. */
  boolean hasTask(String task) {
    AppView view = known.view();
    return view != null && view.tasks().stream().anyMatch(each -> each.id().equals(task));
  }

  private void turn() {
    setAlarm(null);
    try {
      Duration next = step();
      while (next.equals(StepDelay.NOW)) {
        next = step();
      }
      if (!next.equals(StepDelay.NEVER)) {
        wakeAfter(next);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("app", appId).setCause(e).log("a step failed");
      wakeAfter(cluster.timings().longestRetry());
    }
  }

  private void wakeAfter(Duration delay) {
    try {
      setAlarm(cluster.timer().schedule(this::hint, delay.toNanos(), TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException closing) {
      // Then nothing is to be done any more.
    }
  }

  private synchronized void setAlarm(@Nullable Future<?> next) {
    if (alarm != null) {
      alarm.cancel(false);
    }
    alarm = next;
    if (stopped && next != null) {
      next.cancel(false);
    }
  }

  /** Does what is next, and says when to look again if nobody wakes it earlier. */
  private Duration step() throws InterruptedException {
    if (stopped) {
      return StepDelay.NEVER;
    }
    Optional<String> unknown = cluster.snapshot().problem();
    if (unknown.isPresent()) {
      return awaitList(unknown.get());
    }
    FunctionApp app = wanted;
    if (app == null && removal != null) {
      return awaitRemoval();
    }
    removal = null;
    return switch (known.look()) {
      case ReadResult.Unavailable<AppView>(String why) -> writer.later(why);
      case ReadResult.Denied<AppView>(String why) -> writer.refused(why);
      case ReadResult.Absent<AppView> _ -> app == null ? awaitRemoval() : writer.create(app);
      case ReadResult.Got<AppView>(AppView seen) -> {
        if (!seen.owner().equals(cluster.owner())) {
          yield foreign(app != null);
        }
        if (app == null) {
          yield remove(seen);
        }
        if (seen.spec().equals(app.hash()) || writer.isUpdateFailed()) {
          yield watch.watch(seen);
        }
        watch.tellServing(seen);
        yield writer.update(app);
      }
    };
  }

  /**
   * Functions may be running, and ready by what the bus says: only one that is new hears at once.
   */
  private Duration awaitList(String why) {
    FunctionApp app = wanted;
    if (app != null && !why.isEmpty()) {
      boolean isNew = app.registered().isAfter(begun.minus(NEW));
      boolean isLong = begun.plus(cluster.timings().hold()).isBefore(cluster.clock().instant());
      if (isNew || isLong) {
        status.waiting("waiting for Marathon: " + why);
      }
    }
    // Each list, and each that fails, wakes all.
    return StepDelay.NEVER;
  }

  private Duration foreign(boolean isWanted) {
    cluster.queue().leave(this);
    String message =
        "Marathon has an app %s already that is not this fob's (its label %s is not '%s'); remove it, or set another FOB_MARATHON_GROUP"
            .formatted(appId, AppLabels.OWNER, cluster.owner());
    if (isWanted) {
      status.seen(new Failed(FailureReason.of(message)));
      return cluster.timings().againAfter();
    }
    LOGGER.atWarn().addKeyValue("app", appId).log("not removed: {}", message);
    cluster.listener().gone(this);
    return StepDelay.NEVER;
  }

  private Duration remove(AppView seen) throws InterruptedException {
    if (!cluster.queue().enter(this)) {
      return StepDelay.NEVER;
    }
    removal = writer.delete(seen);
    if (removal != null) {
      return StepDelay.NOW;
    }
    return wanted == null ? convergence.nextRetry() : StepDelay.NOW;
  }

  /** A deleted app's instances take a while to end, and its deployment counts until then. */
  private Duration awaitRemoval() throws InterruptedException {
    String deployment = removal;
    if (deployment != null
        && convergence.elapsed().compareTo(LONGEST_REMOVAL) < 0
        && cluster.deployments().runs(deployment)) {
      return convergence.nextPoll();
    }
    cluster.queue().leave(this);
    cluster.listener().gone(this);
    return StepDelay.NEVER;
  }
}
