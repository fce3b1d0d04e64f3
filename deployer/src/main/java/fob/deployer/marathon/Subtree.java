package fob.deployer.marathon;

import fob.function.FunctionId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what happens to the apps of the group. A hint makes its app look; lists make up for hints
 * that are lost. A list with the tasks is large, so mostly one without is asked for, and apps that
 * look different are looked at one by one, or all at once if they are many.
 *
 * <p>One thread runs it; hints come from others.
 */
final class Subtree implements Runnable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Subtree.class);
  private static final int MOST_SINGLE_LOOKS = 20;
  private static final int POLLS_A_RESYNC = 4;
  private static final int PAUSE_IN_A_STORM = 20;

  /** Says why Marathon cannot be used yet, or nothing. */
  @FunctionalInterface
  interface Check {
    Optional<String> ask() throws IOException, InterruptedException;
  }

  private final MarathonClient client;
  private final MarathonConfig config;
  private final Apps apps;
  private final Snapshot snapshot;
  private final Tempo tempo;
  private final InstantSource clock;
  private final BooleanSupplier eventsCome;
  private final Check check;
  private final Consumer<Map<String, AppView>> onFirst;
  private final AtomicBoolean checked;
  private final Set<FunctionId> hints = new HashSet<>(); // guarded by this
  private boolean completeWanted = true; // guarded by this

  // Of the one thread.
  private Instant lastComplete = Instant.MIN;
  private Instant nextList = Instant.MIN;
  private final Patience patience;

  /**
   * @param checked whether the check at the start was passed
   * @param onFirst gets the first list
   */
  Subtree(
      Cluster cluster,
      Apps apps,
      BooleanSupplier eventsCome,
      Check check,
      AtomicBoolean checked,
      Consumer<Map<String, AppView>> onFirst) {
    this.client = cluster.client();
    this.config = cluster.config();
    this.apps = apps;
    this.snapshot = cluster.snapshot();
    this.tempo = cluster.tempo();
    this.clock = cluster.clock();
    this.eventsCome = eventsCome;
    this.check = check;
    this.checked = checked;
    this.onFirst = onFirst;
    this.patience = new Patience(tempo, config.deadline(), clock);
  }

  /** Something may have happened to that app. */
  void hint(String appId) {
    FunctionApp.function(config.group(), appId).ifPresent(this::hint);
  }

  private synchronized void hint(FunctionId function) {
    hints.add(function);
    notifyAll();
  }

  /** Anything may have happened. */
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
          Thread.sleep(tempo.debounce());
          pass();
        } catch (RuntimeException e) {
          LOGGER.atError().setCause(e).log("a look at the apps failed");
          nextList = clock.instant().plus(tempo.longestRetry());
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void awaitWork() throws InterruptedException {
    Duration left = untilList();
    while (hints.isEmpty()
        && !(completeWanted && patience.waited().isZero())
        && left.isPositive()) {
      wait(Math.max(1, left.toMillis()));
      left = untilList();
    }
  }

  private Duration untilList() {
    return nextList.equals(Instant.MIN)
        ? Duration.ZERO
        : Duration.between(clock.instant(), nextList);
  }

  private void pass() throws InterruptedException {
    Set<FunctionId> hinted;
    boolean complete;
    synchronized (this) {
      hinted = Set.copyOf(hints);
      hints.clear();
      complete = completeWanted && patience.waited().isZero();
    }
    boolean due = !untilList().isPositive();
    boolean many = hinted.size() > MOST_SINGLE_LOOKS && patience.waited().isZero();
    if (complete || due || many) {
      list(complete || many || isCompleteDue());
    }
    if (many) {
      // Such storms go on for a while, and each of these lists is large.
      Thread.sleep(tempo.debounce().multipliedBy(PAUSE_IN_A_STORM));
    } else {
      hinted.forEach(function -> apps.get(function).ifPresent(AppReconciler::hint));
    }
  }

  private boolean isCompleteDue() {
    Duration every = eventsCome.getAsBoolean() ? tempo.full() : tempo.resync();
    synchronized (this) {
      return completeWanted
          || lastComplete.equals(Instant.MIN)
          || !lastComplete.plus(every).isAfter(clock.instant());
    }
  }

  private void list(boolean complete) throws InterruptedException {
    String problem = problem(complete);
    if (problem == null) {
      patience.end();
      Duration every =
          eventsCome.getAsBoolean() ? tempo.resync() : tempo.resync().dividedBy(POLLS_A_RESYNC);
      nextList = clock.instant().plus(every);
      return;
    }
    if (patience.waited().isZero()) {
      LOGGER.atWarn().log("the apps cannot be listed; fob goes on trying: {}", problem);
    }
    patience.begin();
    nextList = clock.instant().plus(patience.retry());
    if (snapshot.missing(problem)) {
      apps.all().forEach(AppReconciler::wake);
    }
  }

  /** Lists and spreads the news; says why not. */
  private @Nullable String problem(boolean complete) throws InterruptedException {
    if (!checked.get()) {
      try {
        Optional<String> unready = check.ask();
        if (unready.isPresent()) {
          return unready.get();
        }
        checked.set(true);
      } catch (IOException e) {
        return e.getMessage();
      }
    }
    return switch (client.apps(complete)) {
      case Read.Got<Map<String, AppView>>(var listed) -> {
        if (complete) {
          completed(listed);
        } else {
          compare(listed);
        }
        yield null;
      }
      case Read.Absent<Map<String, AppView>> _ -> null;
      case Read.Unavailable<Map<String, AppView>>(String why) -> why;
      case Read.Denied<Map<String, AppView>>(String why) -> why;
    };
  }

  private void completed(Map<String, AppView> listed) {
    lastComplete = clock.instant();
    synchronized (this) {
      completeWanted = false;
    }
    boolean first = snapshot.problem().isPresent();
    long asked = asked(listed);
    snapshot.show(listed);
    if (first) {
      onFirst.accept(listed);
    }
    for (AppReconciler app : apps.all()) {
      AppView view = listed.get(app.appId());
      if (view != null && !first) {
        app.offer(view);
      } else if (app.differs(null, asked)) {
        app.hint();
      } else if (first) {
        app.wake();
      }
    }
  }

  private void compare(Map<String, AppView> listed) throws InterruptedException {
    long asked = asked(listed);
    List<AppReconciler> different =
        apps.all().stream().filter(app -> app.differs(listed.get(app.appId()), asked)).toList();
    if (different.size() > MOST_SINGLE_LOOKS
        && client.apps(true) instanceof Read.Got<Map<String, AppView>>(var complete)) {
      completed(complete);
    } else {
      different.forEach(AppReconciler::hint);
    }
  }

  private long asked(Map<String, AppView> listed) {
    return listed.values().stream().mapToLong(AppView::asked).findAny().orElse(client.lastAsked());
  }
}
