package fob.deployer.marathon;

import fob.function.FunctionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The apps that are wanted or on their way out. Thread-safe. */
final class Apps {

  private final Map<FunctionId, AppReconciler> byFunction = new HashMap<>(); // guarded by this

  synchronized List<AppReconciler> all() {
    return List.copyOf(byFunction.values());
  }

  synchronized Optional<AppReconciler> get(FunctionId function) {
    return Optional.ofNullable(byFunction.get(function));
  }

  synchronized AppReconciler get(
      FunctionId function, Function<FunctionId, AppReconciler> otherwise) {
    return byFunction.computeIfAbsent(function, otherwise);
  }

  /** Forgets one that is gone, unless it has become wanted again. */
  synchronized void forget(AppReconciler app) {
    if (!app.isWanted()) {
      byFunction.remove(app.function(), app);
    }
  }
}
