package fob.deployer.marathon;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one app: its newest complete view. Views come from steps, which ask, and from
 * lists; of two the one that was asked for later counts. Thread-safe, but for {@link #look}, which
 * is the steps' alone.
 */
final class AppSight {

  private final String appId;
  private final Cluster cluster;
  private volatile boolean stale;
  private volatile @Nullable AppView view; // written under this
  private boolean looked;

  AppSight(String appId, Cluster cluster) {
    this.appId = appId;
    this.cluster = cluster;
  }

  /** The next look asks Marathon. */
  void doubt() {
    stale = true;
  }

  /** The newest view, if the app is there as far as is known. */
  @Nullable AppView view() {
    return view;
  }

  /** Whether it is in a deployment, as far as is known. */
  boolean isDeploying() {
    AppView known = view;
    return known != null && !known.deployments().isEmpty();
  }

  synchronized AppView accept(AppView seen) {
    AppView known = view;
    if (known == null || seen.asked() > known.asked()) {
      view = seen;
      return seen;
    }
    return known;
  }

  /** It is gone: not there, or as good as deleted. */
  synchronized void forget() {
    view = null;
  }

  /** Whether a list shows, in its view or by having none, that what is known is not so any more. */
  boolean differs(@Nullable AppView listed, long asked) {
    AppView known = view;
    return known != null && known.asked() < asked && (listed == null || !known.looksLike(listed));
  }

  /** The app: as the list showed it for the first time, and as a GET shows it where in doubt. */
  Read<AppView> look() throws InterruptedException {
    if (!looked && !stale) {
      cluster.snapshot().get(appId).ifPresent(this::accept);
    }
    looked = true;
    if (stale) {
      stale = false;
      Read<AppView> answer = cluster.client().app(appId);
      switch (answer) {
        case Read.Got<AppView>(AppView seen) -> {
          return new Read.Got<>(accept(seen));
        }
        case Read.Absent<AppView> _ -> forget();
        case Read.Unavailable<AppView> _, Read.Denied<AppView> _ -> {
          stale = true;
          return answer;
        }
      }
    }
    AppView known = view;
    return known == null ? new Read.Absent<>() : new Read.Got<>(known);
  }
}
