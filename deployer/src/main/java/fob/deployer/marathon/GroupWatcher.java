package fob.deployer.marathon;

import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.config.MarathonTimings;
import fob.function.FunctionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices changes of the apps of the group. A hint makes the app's reconciler read it. Regular
 * lists replace hints that were lost, and events where there are none. One thread runs it; the
 * other methods are thread-safe.
 */
final class GroupWatcher implements Runnable {

  private static final Logger LOGGER = LoggerFactory.getLogger(GroupWatcher.class);
  private static final int POLLS_A_RESYNC = 4;
  private static final int PAUSE_IN_A_STORM = 20;

  private final AppLister list;
  private final AppRegistry apps;
  private final String group;
  private final MarathonTimings timings;
  private final InstantSource clock;
  private final BooleanSupplier eventsCome;
  private final Runnable turned;
  private final Set<FunctionId> hints = new HashSet<>(); // guarded by this
  private boolean completeWanted = true; // guarded by this

  // Of the one thread.
  private Instant nextList = Instant.EPOCH;
  private boolean failing;
  private final ConvergenceTimer convergence;

  /**
   * @param turned run at the begin of each pass, whether or not Marathon answers
   */
  GroupWatcher(
      SessionContext session,
      AppRegistry apps,
      AppLister list,
      BooleanSupplier eventsCome,
      Runnable turned) {
    this.list = list;
    this.apps = apps;
    this.group = session.config().group();
    this.timings = session.timings();
    this.clock = session.clock();
    this.eventsCome = eventsCome;
    this.turned = turned;
    this.convergence = new ConvergenceTimer(timings, session.config().deadline(), clock);
  }

  /** The app with that id may have changed. */
  void hint(String appId) {
    FunctionApp.function(group, appId).ifPresent(this::hint);
  }

  private synchronized void hint(FunctionId function) {
    hints.add(function);
    notifyAll();
  }

  /** Any app may have changed. */
  synchronized void resync() {
    completeWanted = true;
    notifyAll();
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          awaitWork();
          turned.run();
          Thread.sleep(timings.debounce());
          pass();
        } catch (RuntimeException e) {
          LOGGER.atError().setCause(e).log("a pass over the apps failed");
          nextList = clock.instant().plus(timings.longestRetry());
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for hints or for the time of the next list. After a failed list it waits longer. */
  private synchronized void awaitWork() throws InterruptedException {
    Duration left = untilList();
    while (hints.isEmpty() && (failing || !completeWanted) && left.isPositive()) {
      wait(Math.max(1, left.toMillis()));
      left = untilList();
    }
  }

  private Duration untilList() {
    return Duration.between(clock.instant(), nextList);
  }

  private void pass() throws InterruptedException {
    Set<FunctionId> hinted;
    boolean resync;
    synchronized (this) {
      hinted = Set.copyOf(hints);
      hints.clear();
      resync = completeWanted;
    }
    boolean storm = hinted.size() > AppLister.MOST_SINGLE_LOOKS;
    boolean due = !untilList().isPositive();
    if (due || (!failing && (resync || storm))) {
      list(resync || storm || isCompleteDue());
    }
    if (storm) {
      // Many hints usually continue for a while, and each of these lists is large.
      Thread.sleep(timings.debounce().multipliedBy(PAUSE_IN_A_STORM));
    } else {
      hinted.forEach(function -> apps.get(function).ifPresent(AppReconciler::hint));
    }
  }

  private boolean isCompleteDue() {
    Duration every = eventsCome.getAsBoolean() ? timings.full() : timings.resync();
    return list.lastComplete().equals(Instant.MIN)
        || !list.lastComplete().plus(every).isAfter(clock.instant());
  }

  private void list(boolean complete) throws InterruptedException {
    if (complete) {
      // Must precede the list, which may miss later changes.
      setCompleteWanted(false);
    }
    Optional<String> problem = list.ask(complete);
    if (problem.isEmpty()) {
      failing = false;
      convergence.stop();
      Duration every =
          eventsCome.getAsBoolean() ? timings.resync() : timings.resync().dividedBy(POLLS_A_RESYNC);
      nextList = clock.instant().plus(every);
      return;
    }
    if (!failing) {
      LOGGER.atWarn().log("the apps cannot be listed; fob keeps trying: {}", problem.get());
    }
    failing = true;
    setCompleteWanted(true);
    nextList = clock.instant().plus(convergence.nextRetry());
  }

  private synchronized void setCompleteWanted(boolean value) {
    completeWanted = value;
  }
}
