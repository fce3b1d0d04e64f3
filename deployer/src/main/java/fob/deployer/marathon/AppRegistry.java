package fob.deployer.marathon;

import fob.deployer.marathon.app.FunctionApp;
import fob.function.FunctionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The reconcilers of all apps that are wanted or being removed. Thread-safe. */
final class AppRegistry {

  private final Map<FunctionId, AppReconciler> byFunction = new HashMap<>(); // guarded by this

  synchronized List<AppReconciler> all() {
    return List.copyOf(byFunction.values());
  }

  synchronized Optional<AppReconciler> get(FunctionId function) {
    return Optional.ofNullable(byFunction.get(function));
  }

  /** From now on the app is wanted. It may be in removal, so finding it and this are one step. */
  synchronized void want(FunctionApp app, Function<FunctionId, AppReconciler> otherwise) {
    byFunction.computeIfAbsent(app.function(), otherwise).want(app);
  }

  /** From now on the function's app is not wanted. */
  synchronized void unwant(FunctionId function, Function<FunctionId, AppReconciler> otherwise) {
    byFunction.computeIfAbsent(function, otherwise).unwant();
  }

  /** Forgets a removed app, unless it is wanted again. */
  synchronized void forget(AppReconciler app) {
    if (!app.isWanted()) {
      byFunction.remove(app.function(), app);
    }
  }
}
