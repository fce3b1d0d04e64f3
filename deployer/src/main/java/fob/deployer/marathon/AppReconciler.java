package fob.deployer.marathon;

import fob.function.FunctionId;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Failure;
import fob.function.FunctionStatus.Ready;
import java.time.Duration;
import java.time.Instant;
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
 * twice. A look that may be stale, or that follows a write of which nobody knows, is a GET.
 *
 * <p>Steps run one at a time; what they alone use has no guard. All else is volatile, or guarded by
 * this.
 */
final class AppReconciler implements DeploymentQueue.Entrant {

  private static final Logger LOGGER = LoggerFactory.getLogger(AppReconciler.class);
  private static final Duration NEVER = Duration.ofDays(10_000);
  private static final int MOST_PARKS = 6;
  private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final FunctionId function;
  private final String appId;
  private final Instant begun;
  private final Serial steps;
  private final Patience patience;
  private final Readiness readiness;

  private volatile @Nullable FunctionApp wanted;
  private volatile boolean stopped;
  private volatile boolean stale;
  private volatile @Nullable AppView view; // written under this
  private @Nullable Future<?> alarm; // guarded by this

  // Of the steps alone.
  private boolean looked;
  private boolean created;
  private boolean updated;
  private boolean served;
  private boolean updateFailed;
  private boolean gaveUp;
  private int parks;
  private @Nullable Instant parkedUntil;
  private @Nullable String removal;
  private @Nullable FunctionStatus told;

  AppReconciler(Cluster cluster, FunctionId function) {
    this.cluster = cluster;
    this.function = function;
    this.appId = FunctionApp.id(cluster.config().group(), function);
    this.begun = cluster.clock().instant();
    this.steps = new Serial(cluster.threads(), this::turn);
    this.patience = new Patience(cluster.tempo(), cluster.config().deadline(), cluster.clock());
    this.readiness = new Readiness(cluster.tempo().hold());
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

  /** From now on the app shall be there, and be that. */
  void want(FunctionApp app) {
    wanted = app;
    wake();
  }

  /** From now on the app shall be gone. */
  void unwant() {
    wanted = null;
    stale = true;
    wake();
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
    stale = true;
    wake();
  }

  /** A complete view of the app, unless it is older than what is known. */
  void offer(AppView seen) {
    accept(seen);
    wake();
  }

  /** Whether a list shows, in its view or by having none, that what is known is not so any more. */
  boolean differs(@Nullable AppView listed, long asked) {
    AppView known = view;
    return known != null && known.asked() < asked && (listed == null || !known.looksLike(listed));
  }

  /**
   * The app as last seen, if its deployment takes so long that it may be ended for others' sake.
   */
  @Nullable AppView stuck() {
    AppView known = view;
    return known != null && !known.deployments().isEmpty() && patience.isStuck() ? known : null;
  }

  private synchronized AppView accept(AppView seen) {
    AppView known = view;
    if (known == null || seen.asked() > known.asked()) {
      view = seen;
      return seen;
    }
    return known;
  }

  private void turn() {
    setAlarm(null);
    try {
      Duration next = step();
      while (next.isZero()) {
        next = step();
      }
      if (next.compareTo(NEVER) < 0) {
        wakeAfter(next);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("app", appId).setCause(e).log("a step failed");
      wakeAfter(cluster.tempo().longestRetry());
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

  /** Does what is next, and says when to look again if nobody wakes it earlier; zero: at once. */
  private Duration step() throws InterruptedException {
    if (stopped) {
      return NEVER;
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
    return switch (look()) {
      case Read.Unavailable<AppView>(String why) -> later(why);
      case Read.Denied<AppView>(String why) -> refused(why);
      case Read.Absent<AppView> _ -> app == null ? awaitRemoval() : create(app);
      case Read.Got<AppView>(AppView seen) -> {
        if (!seen.owner().equals(cluster.owner())) {
          yield foreign(app != null);
        }
        if (app == null) {
          yield remove(seen);
        }
        boolean current = seen.spec().equals(app.hash()) || updateFailed;
        yield current ? watch(seen) : update(app, seen);
      }
    };
  }

  /**
   * Functions may be running, and ready by what the bus says: only one that is new hears at once.
   */
  private Duration awaitList(String why) {
    Duration waited = Duration.between(begun, cluster.clock().instant());
    Duration left = cluster.tempo().hold().minus(waited);
    FunctionApp app = wanted;
    if (why.isEmpty()) {
      return NEVER;
    }
    if (app != null && (!left.isPositive() || app.registered().isAfter(begun.minusSeconds(5)))) {
      note("waiting for Marathon: " + why);
    }
    return left.isPositive() ? left : NEVER;
  }

  private Read<AppView> look() throws InterruptedException {
    if (!looked && wanted != null) {
      looked = true;
      stale = false;
      cluster.snapshot().get(appId).ifPresent(this::accept);
    }
    if (stale) {
      stale = false;
      Read<AppView> answer = cluster.client().app(appId);
      switch (answer) {
        case Read.Got<AppView>(AppView seen) -> {
          return new Read.Got<>(accept(seen));
        }
        case Read.Absent<AppView> _ -> forgetView();
        case Read.Unavailable<AppView> _, Read.Denied<AppView> _ -> {
          stale = true;
          return answer;
        }
      }
    }
    AppView known = view;
    return known == null ? new Read.Absent<>() : new Read.Got<>(known);
  }

  private synchronized void forgetView() {
    view = null;
  }

  private Duration create(FunctionApp app) throws InterruptedException {
    Instant parked = parkedUntil;
    if (Instant.MAX.equals(parked)) {
      return NEVER;
    }
    if (parked != null) {
      Duration left = Duration.between(cluster.clock().instant(), parked);
      if (left.isPositive()) {
        cluster.queue().leave(this);
        return left;
      }
      parkedUntil = null;
      patience.end();
    }
    if (!mayWrite()) {
      note("waits for its turn: many functions are being deployed");
      return NEVER;
    }
    patience.begin();
    if (isChanged(app)) {
      return Duration.ZERO;
    }
    created = true;
    Write outcome = cluster.client().create(app);
    LOGGER.atInfo().addKeyValue("app", appId).log("app created: {}", outcome);
    return outcome instanceof Write.Absent
        ? refused("Marathon answered 404 to a new app; check FOB_MARATHON_URL")
        : written(outcome);
  }

  private Duration update(FunctionApp app, AppView seen) throws InterruptedException {
    tellServing(readiness.look(seen, cluster.clock().instant()));
    if (!mayWrite()) {
      note("waits for its turn: many functions are being deployed");
      return NEVER;
    }
    patience.begin();
    if (isChanged(app)) {
      return Duration.ZERO;
    }
    updated = true;
    Write outcome = cluster.client().update(app);
    LOGGER.atInfo().addKeyValue("app", appId).log("app updated: {}", outcome);
    updateFailed = outcome instanceof Write.Refused;
    return written(outcome);
  }

  private boolean mayWrite() throws InterruptedException {
    if (!cluster.queue().enter(this)) {
      return false;
    }
    cluster.pace().awaitTurn();
    return true;
  }

  /** While it waited for its turn, something else may have become wanted. */
  private boolean isChanged(FunctionApp app) {
    return stopped || !app.equals(wanted);
  }

  private Duration written(Write outcome) throws InterruptedException {
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
    AppView own = stuck();
    if (own != null) {
      cluster.deployments().abandon(own);
    } else {
      cluster.deployments().makeRoom();
    }
    return later("Marathon runs as many deployments as it allows, of all its users");
  }

  /** Not now. Looks before it tries again, since what was asked for may have been done. */
  private Duration later(String why) {
    AppView known = view;
    if (known == null || known.deployments().isEmpty()) {
      cluster.queue().leave(this);
    }
    patience.begin();
    if (patience.isOver()) {
      fail(Failure.of(why + "; fob goes on trying"), false);
    } else {
      note("waiting: " + why);
    }
    return patience.retry();
  }

  private Duration refused(String why) {
    LOGGER.atWarn().addKeyValue("app", appId).log("refused: {}", why);
    cluster.queue().leave(this);
    fail(Failure.of(why), false);
    return park();
  }

  private Duration foreign(boolean isWanted) {
    cluster.queue().leave(this);
    String message =
        "Marathon has an app %s already that is not this fob's (its label %s is not '%s'); remove it, or set another FOB_MARATHON_GROUP"
            .formatted(appId, FunctionApp.OWNER, cluster.owner());
    if (isWanted) {
      fail(Failure.of(message), true);
      return cluster.tempo().againAfter();
    }
    LOGGER.atWarn().addKeyValue("app", appId).log("not removed: {}", message);
    cluster.ears().gone(this);
    return NEVER;
  }

  private Duration watch(AppView seen) throws InterruptedException {
    Readiness.Serving serving = readiness.look(seen, cluster.clock().instant());
    boolean deploying = !seen.deployments().isEmpty();
    patience.answered();
    if (deploying) {
      cluster.queue().adopt(this);
    } else {
      cluster.queue().leave(this);
    }
    tellServing(serving);
    boolean serves = !serving.instances().isEmpty();
    if (serves && !deploying) {
      patience.end();
      gaveUp = false;
      return serving
          .until()
          .map(until -> Duration.between(cluster.clock().instant(), until).plusMillis(1))
          .filter(Duration::isPositive)
          .orElse(NEVER);
    }
    patience.begin();
    if (patience.isOver()) {
      return giveUp(seen, serves);
    }
    return serves ? patience.poll() : explain(seen);
  }

  private void tellServing(Readiness.Serving serving) {
    if (!serving.instances().isEmpty()) {
      served = true;
      tell(new Ready(serving.instances()));
    }
  }

  private Duration explain(AppView seen) throws InterruptedException {
    Optional<Failure> ofDriver = cluster.reasons().ofDriver(seen);
    if (ofDriver.isPresent()) {
      fail(ofDriver.get(), true);
      if (created && !served && patience.isStuck()) {
        return discard(seen, true);
      }
    } else if (patience.isLong() || served) {
      tell(new Deploying(cluster.reasons().ofCluster(seen)));
    } else {
      tell(new Deploying("starting on Marathon"));
    }
    return patience.poll();
  }

  private Failure reason(AppView seen) throws InterruptedException {
    Optional<Failure> ofDriver = cluster.reasons().ofDriver(seen);
    return ofDriver.isPresent()
        ? ofDriver.get()
        : Failure.of(
            "it did not get ready on Marathon in time: " + cluster.reasons().ofCluster(seen));
  }

  /** A failing app's deployment never ends by itself, and is in the way of others'. */
  private Duration giveUp(AppView seen, boolean serves) throws InterruptedException {
    if (!serves) {
      fail(reason(seen), true);
    }
    if (created && !served) {
      return discard(seen, seen.currentFailure().isPresent());
    }
    if (!gaveUp && !seen.deployments().isEmpty()) {
      if (updated) {
        cluster.deployments().rollBack(seen);
        updateFailed = true;
      } else {
        cluster.deployments().abandon(seen);
      }
    }
    gaveUp = true;
    return cluster.tempo().longestRetry();
  }

  /** Deletes an app of which nobody ever had anything. */
  private Duration discard(AppView seen, boolean forGood) throws InterruptedException {
    cluster.pace().awaitTurn();
    Write outcome = cluster.client().delete(appId);
    LOGGER.atWarn().addKeyValue("app", appId).log("never got healthy, deleted: {}", outcome);
    return switch (outcome) {
      case Write.Accepted _, Write.Absent _ -> {
        cluster.pace().answered();
        cluster.queue().leave(this);
        cluster.snapshot().forget(appId);
        forgetView();
        yield forGood ? parkForGood() : park();
      }
      case Write.Exists _, Write.Locked _, Write.Refused _ -> patience.retry();
      case Write.Full _ -> {
        cluster.pace().full();
        cluster.deployments().abandon(seen);
        yield patience.retry();
      }
      case Write.Unclear _ -> {
        cluster.pace().failed();
        yield patience.retry();
      }
    };
  }

  /** The cluster may be able to do later what it cannot do now. */
  private Duration park() {
    Duration pause = cluster.tempo().againAfter().multipliedBy(1L << Math.min(parks, MOST_PARKS));
    parks++;
    parkedUntil = cluster.clock().instant().plus(pause);
    return pause;
  }

  /** It is the function's own fault: the next deployer tries it again, this one does not. */
  private Duration parkForGood() {
    parkedUntil = Instant.MAX;
    return NEVER;
  }

  private Duration remove(AppView seen) throws InterruptedException {
    if (!mayWrite()) {
      return NEVER;
    }
    if (stopped || wanted != null) {
      return Duration.ZERO;
    }
    patience.begin();
    Write outcome = cluster.client().delete(appId);
    LOGGER.atInfo().addKeyValue("app", appId).log("app deleted: {}", outcome);
    if (outcome instanceof Write.Accepted(String deployment)) {
      cluster.pace().answered();
      cluster.snapshot().forget(appId);
      forgetView();
      patience.beginAgain();
      removal = deployment;
      return Duration.ZERO;
    }
    if (outcome instanceof Write.Full) {
      cluster.deployments().abandon(seen);
    }
    stale = true;
    return written(outcome);
  }

  /** A deleted app's instances take a while to end, and its deployment counts until then. */
  private Duration awaitRemoval() throws InterruptedException {
    String deployment = removal;
    if (deployment != null
        && patience.waited().compareTo(LONGEST_REMOVAL) < 0
        && cluster.deployments().runs(deployment)) {
      return patience.poll();
    }
    cluster.queue().leave(this);
    cluster.ears().gone(this);
    return NEVER;
  }

  /** What says nothing of the instances leaves a ready function ready. */
  private void note(String text) {
    if (!(told instanceof Ready)) {
      tell(new Deploying(text));
    }
  }

  private void fail(Failure failure, boolean certain) {
    if (certain || !(told instanceof Ready)) {
      tell(new Failed(failure));
    }
  }

  private void tell(FunctionStatus status) {
    if (!status.equals(told)) {
      told = status;
      cluster.ears().changed(this, status);
    }
  }
}
