package fob.deployer.marathon;

import fob.deployer.marathon.api.WriteResult;
import fob.function.FunctionId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Marathon kill tasks that do not serve as they should; it starts others in their place. A
 * function whose tasks are all reported loses one of them in a while. Thread-safe.
 */
final class TaskReplacer {

  private static final Logger LOGGER = LoggerFactory.getLogger(TaskReplacer.class);
  private static final Duration BETWEEN_TASKS = Duration.ofSeconds(10);

  private final SessionContext session;
  private final Map<FunctionId, Instant> latest = new HashMap<>(); // guarded by this

  TaskReplacer(SessionContext session) {
    this.session = session;
  }

  /** Returns at once. What comes of it is seen as any other change of the app. */
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
      app.hint();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }
}
