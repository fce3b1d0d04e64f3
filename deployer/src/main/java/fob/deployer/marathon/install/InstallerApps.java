package fob.deployer.marathon.install;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.WriteResult;
import fob.deployer.marathon.config.MarathonTimings;
import fob.service.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The apps of installers that this deployer has made, until they are deleted. Each deletion has a
 * virtual thread of its own, which nothing interrupts. Thread-safe.
 */
final class InstallerApps {

  private static final Logger LOGGER = LoggerFactory.getLogger(InstallerApps.class);
  private static final int MOST_TRIES = 6;

  private final InstallerContext context;
  private final Set<String> held = new HashSet<>(); // guarded by this

  InstallerApps(InstallerContext context) {
    this.context = context;
  }

  /** Notes an app before it is created, so that it does not count as left over. */
  synchronized boolean hold(String id) {
    return held.add(id);
  }

  private synchronized void forget(String id) {
    held.remove(id);
    notifyAll();
  }

  /**
   * Deletes an app.
   *
   * @param first what has to end before that
   * @return the thread that does it
   */
  Thread remove(String id, Runnable first) {
    return Thread.ofVirtual()
        .name("fob-remove" + id)
        .start(() -> {
          try {
            first.run();
            delete(id);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            forget(id);
          }
        });
  }

  private void delete(String id) throws InterruptedException {
    MarathonTimings timings = context.platform().timings();
    Backoff pauses = Backoff.doubling(timings.firstRetry(), timings.longestRetry());
    for (int tries = 1; tries <= MOST_TRIES; tries++) {
      context.writeRate().awaitTurn();
      WriteResult outcome = context.client().delete(id);
      LOGGER.atDebug().addKeyValue("app", id).log("an installer's app is deleted: {}", outcome);
      switch (outcome) {
        case WriteResult.Accepted _, WriteResult.Absent _ -> {
          context.writeRate().answered();
          return;
        }
        case WriteResult.Full _ -> context.writeRate().full();
        case WriteResult.Unclear _ -> context.writeRate().failed();
        case WriteResult.Exists _, WriteResult.Locked _, WriteResult.Refused _ ->
            context.writeRate().answered();
      }
      Thread.sleep(pauses.delay(tries));
    }
    LOGGER
        .atWarn()
        .addKeyValue("app", id)
        .log(
            "an installer's app could not be deleted; fob tries again when it next lists all apps");
  }

  /** Deletes installers' apps of this fob that none of its steps needs. */
  void removeLeft(Collection<AppView> listed) {
    for (AppView app : listed) {
      boolean isInstaller =
          InstallerApp.is(app, context.platform().config(), context.platform().owner());
      if (isInstaller && hold(app.id())) {
        LOGGER
            .atWarn()
            .addKeyValue("app", app.id())
            .log("an installer's app was left; fob deletes it");
        var _ = remove(app.id(), () -> {});
      }
    }
  }

  /** Waits until no app is left, but not longer. */
  synchronized void awaitNone(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      for (long left = atMost.toMillis(); !held.isEmpty() && left > 0; ) {
        wait(left);
        left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
