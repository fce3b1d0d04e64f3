package fob.deployer.marathon.app;

import fob.deployer.marathon.api.AppView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the latest complete list showed, for those who look for the first time: two thousand apps
 * that are there cost one request, not two thousand. Thread-safe.
 */
public final class ListedApps {

  private Map<String, AppView> apps = new HashMap<>(); // guarded by this
  private Optional<String> problem = Optional.of(""); // guarded by this

  /** Nothing, once there has been a list; else why there is none, empty before the first try. */
  public synchronized Optional<String> problem() {
    return problem;
  }

  synchronized Optional<AppView> get(String appId) {
    return Optional.ofNullable(apps.get(appId));
  }

  public synchronized void show(Map<String, AppView> listed) {
    apps = new HashMap<>(listed);
    problem = Optional.empty();
  }

  /**
   * There is no list.
   *
   * @return whether there has been none before
   */
  public synchronized boolean missing(String why) {
    if (problem.isEmpty()) {
      return false;
    }
    problem = Optional.of(why);
    return true;
  }

  /** It has been deleted since. */
  public synchronized void forget(String appId) {
    apps.remove(appId);
  }
}
