package fob.deployer.marathon;

import fob.deployer.Ending;
import fob.deployer.Platform;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the platform's listener what happens to functions, on one thread and in the order of the
 * calls. Nothing is told of an app that is no longer wanted. Thread-safe; nothing here waits.
 */
final class ListenerCalls implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ListenerCalls.class);

  private final Executor thread;
  private final Platform.Listener listener;
  private final AppRegistry apps;
  private volatile boolean closed;

  /**
   * @param thread runs the calls one at a time
   */
  ListenerCalls(Executor thread, Platform.Listener listener, AppRegistry apps) {
    this.thread = thread;
    this.listener = listener;
    this.apps = apps;
  }

  /** The app's function has a new status. */
  void changed(AppReconciler app, FunctionStatus status) {
    ifWanted(app, () -> listener.changed(app.function(), status));
  }

  /** A task of the app has ended. */
  void ended(AppReconciler app, Ending why, Instant at) {
    ifWanted(app, () -> listener.ended(app.function(), why, at));
  }

  /** The status of a function that has no app. */
  void changed(FunctionId function, FunctionStatus status) {
    thread.execute(() -> call(function, () -> listener.changed(function, status)));
  }

  private void ifWanted(AppReconciler app, Runnable call) {
    if (!closed) {
      thread.execute(() -> {
        if (!closed && app.isWanted() && apps.get(app.function()).filter(app::equals).isPresent()) {
          call(app.function(), call);
        }
      });
    }
  }

  private static void call(FunctionId function, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("function", function).setCause(e).log("a listener failed");
    }
  }

  /** From now on nothing is told of apps. */
  @Override
  public void close() {
    closed = true;
  }
}
