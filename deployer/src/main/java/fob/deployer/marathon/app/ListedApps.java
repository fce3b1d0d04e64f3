package fob.deployer.marathon.app;

import fob.deployer.marathon.api.AppView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The apps of the latest complete list. Reconcilers use it for their first look, so that 2,000
 * existing apps cost one request and not 2,000. Thread-safe.
 */
public final class ListedApps {

  private Map<String, AppView> apps = new HashMap<>(); // guarded by this
  private Optional<String> problem = Optional.of(""); // guarded by this

  /** Empty once there was a list; otherwise why there is none, "" before the first try. */
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
   * Listing failed.
   *
   * @return whether there has been no list yet
   */
  public synchronized boolean missing(String why) {
    if (problem.isEmpty()) {
      return false;
    }
    problem = Optional.of(why);
    return true;
  }

  /** The app was deleted after the list. */
  public synchronized void forget(String appId) {
    apps.remove(appId);
  }
}
