package fob.deployer.marathon;

import fob.deployer.EndReason;
import fob.deployer.Ending;
import fob.deployer.marathon.api.WriteResult;
import fob.function.FunctionId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Marathon kill tasks that do not serve calls as they should; Marathon then starts others.
 * Each function loses at most one task in 10 s, even if all of its tasks are reported. Thread-safe.
 */
final class TaskReplacer {

  private static final Logger LOGGER = LoggerFactory.getLogger(TaskReplacer.class);
  private static final Duration BETWEEN_TASKS = Duration.ofSeconds(10);

  private final SessionContext session;
  private final Map<FunctionId, Instant> latest = new HashMap<>(); // guarded by this

  TaskReplacer(SessionContext session) {
    this.session = session;
  }

  /** Replaces the task in the background. The outcome is seen like any other change of the app. */
  void replace(AppReconciler app, String task, String reason) {
    if (app.hasTask(task) && isDue(app.function())) {
      session.threads().execute(() -> kill(app, task, reason));
    }
  }

  private synchronized boolean isDue(FunctionId function) {
    Instant now = session.clock().instant();
    latest.values().removeIf(then -> then.plus(BETWEEN_TASKS).isBefore(now));
    return latest.putIfAbsent(function, now) == null;
  }

  private void kill(AppReconciler app, String task, String reason) {
    try {
      session.writeRate().awaitTurn();
      WriteResult outcome = session.client().killTask(app.appId(), task);
      LOGGER
          .atInfo()
          .addKeyValue("app", app.appId())
          .addKeyValue("task", task)
          .addKeyValue("reason", reason)
          .log("task replaced: {}", outcome);
      if (outcome instanceof WriteResult.Accepted) {
        Ending why = new Ending(EndReason.UNHEALTHY, "it was replaced: " + reason);
        session.listener().ended(app, why);
      }
      app.hint();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }
}
