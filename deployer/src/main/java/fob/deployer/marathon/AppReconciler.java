package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.CreationPause;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.KnownApp;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.cluster.DeploymentQueue;
import fob.function.FunctionId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one function's app to its wanted state: present with the wanted spec, or absent. It runs
 * the {@link AppSteps} one at a time, whenever something may have changed. Thread-safe.
 */
final class AppReconciler implements DeploymentQueue.Entrant {

  private static final Logger LOGGER = LoggerFactory.getLogger(AppReconciler.class);

  private final SessionContext session;
  private final FunctionId function;
  private final String appId;
  private final CoalescingTask task;
  private final WakeUpTimer timer;
  private final KnownApp known;
  private final ConvergenceTimer convergence;
  private final AppSteps steps;

  private volatile @Nullable FunctionApp wanted;
  private final AtomicBoolean removed = new AtomicBoolean();
  private volatile boolean stopped;

  AppReconciler(SessionContext session, FunctionId function) {
    this.session = session;
    this.function = function;
    this.appId = FunctionApp.id(session.config().group(), function);
    this.task = new CoalescingTask(session.threads(), this::runSteps);
    this.timer = new WakeUpTimer(session.timer(), this::hint);
    this.known = new KnownApp(appId, session.client(), session.snapshot());
    this.convergence =
        new ConvergenceTimer(session.timings(), session.config().deadline(), session.clock());
    AppContext app =
        new AppContext(
            session,
            appId,
            this,
            (task, reason) -> session.listener().mustReplace(this, task, reason),
            this::isStillWanted,
            known,
            convergence,
            new StatusReporter(changed -> session.listener().changed(this, changed)),
            new CreationPause(session.timings().againAfter(), session.clock()));
    this.steps = new AppSteps(this, app);
  }

  FunctionId function() {
    return function;
  }

  String appId() {
    return appId;
  }

  /** The wanted app; null if none is wanted. */
  @Nullable FunctionApp wanted() {
    return wanted;
  }

  boolean isWanted() {
    return wanted != null;
  }

  private boolean isStillWanted(@Nullable FunctionApp app) {
    return !stopped && Objects.equals(app, wanted);
  }

  /** From now on this app is wanted. */
  void want(FunctionApp app) {
    wanted = app;
    wake();
  }

  /** From now on no app is wanted. */
  void unwant() {
    wanted = null;
    removed.set(true);
    hint();
  }

  /** Whether the app was not wanted for a while, since this method was called last. */
  boolean takeRemoved() {
    return removed.getAndSet(false);
  }

  /** Ends all steps; the app stays as it is. */
  void stop() {
    stopped = true;
    timer.close();
  }

  @Override
  public void wake() {
    if (!stopped) {
      task.wake();
    }
  }

  /** The app may have changed: the next step asks Marathon. */
  void hint() {
    known.doubt();
    wake();
  }

  /** Accepts a complete view of the app, unless it is older than the known one. */
  void offer(AppView seen) {
    known.accept(seen);
    wake();
  }

  /**
   * Whether a list shows that the known view is outdated.
   *
   * @param listed the app in the list; null if it is missing there
   * @param asked the number of the request for the list
   */
  boolean differs(@Nullable AppView listed, long asked) {
    return known.differs(listed, asked);
  }

  @Override
  public @Nullable AppView stuck() {
    return known.isDeploying() && convergence.isStuck() ? known.view() : null;
  }

  /** Whether the app has that task, as far as is known. */
  boolean hasTask(String task) {
    AppView view = known.view();
    return view != null && view.tasks().stream().anyMatch(each -> each.id().equals(task));
  }

  private Duration nextStep() throws InterruptedException {
    return stopped ? StepDelay.NEVER : steps.next();
  }

  private void runSteps() {
    timer.cancel();
    try {
      Duration next = nextStep();
      while (next.equals(StepDelay.NOW)) {
        next = nextStep();
      }
      if (!next.equals(StepDelay.NEVER)) {
        timer.schedule(next);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("app", appId).setCause(e).log("a step of an app failed");
      timer.schedule(session.timings().longestRetry());
    }
  }
}
