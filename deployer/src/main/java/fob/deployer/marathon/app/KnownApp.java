package fob.deployer.marathon.app;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.api.ReadResult;
import org.jspecify.annotations.Nullable;

/**
 * The newest complete view of one app. Views come from the app's steps and from lists; the view
 * that was requested later counts. Thread-safe, except {@link #look}, which only the app's steps
 * call.
 */
public final class KnownApp {

  private final String appId;
  private final MarathonClient client;
  private final ListedApps listed;
  private volatile boolean stale;
  private volatile @Nullable AppView view; // written under this
  private boolean looked;

  public KnownApp(String appId, MarathonClient client, ListedApps listed) {
    this.appId = appId;
    this.client = client;
    this.listed = listed;
  }

  /** Makes the next {@link #look} ask Marathon. */
  public void doubt() {
    stale = true;
  }

  /** The newest view; null if the app is not known to exist. */
  public @Nullable AppView view() {
    return view;
  }

  /** Whether the newest view shows a deployment of the app. */
  public boolean isDeploying() {
    AppView known = view;
    return known != null && !known.deployments().isEmpty();
  }

  public synchronized AppView accept(AppView seen) {
    AppView known = view;
    if (known == null || seen.asked() > known.asked()) {
      view = seen;
      return seen;
    }
    return known;
  }

  /** The app does not exist, or is being deleted. */
  public synchronized void forget() {
    view = null;
  }

  /**
   * Whether a list shows that the newest view is outdated.
   *
   * @param listed the app in the list; null if it is missing there
   * @param asked the number of the request for the list
   */
  public boolean differs(@Nullable AppView listed, long asked) {
    AppView known = view;
    return known != null && known.asked() < asked && (listed == null || !known.looksLike(listed));
  }

  /** The app: from the list the first time, and from Marathon after {@link #doubt}. May block. */
  public ReadResult<AppView> look() throws InterruptedException {
    if (!looked && !stale) {
      listed.get(appId).ifPresent(this::accept);
    }
    looked = true;
    if (stale) {
      stale = false;
      ReadResult<AppView> answer = client.app(appId);
      switch (answer) {
        case ReadResult.Got<AppView>(AppView seen) -> {
          return new ReadResult.Got<>(accept(seen));
        }
        case ReadResult.Absent<AppView> _ -> forget();
        case ReadResult.Unavailable<AppView> _, ReadResult.Denied<AppView> _ -> {
          stale = true;
          return answer;
        }
      }
    }
    AppView known = view;
    return known == null ? new ReadResult.Absent<>() : new ReadResult.Got<>(known);
  }
}
