package fob.deployer.marathon.app;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.api.ReadResult;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one app: its newest complete view. Views come from steps, which ask, and from
 * lists; of two the one that was asked for later counts. Thread-safe, but for {@link #look}, which
 * is the steps' alone.
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

  /** The next look asks Marathon. */
  public void doubt() {
    stale = true;
  }

  /** The newest view, if the app is there as far as is known. */
  public @Nullable AppView view() {
    return view;
  }

  /** Whether it is in a deployment, as far as is known. */
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

  /** It is gone: not there, or as good as deleted. */
  public synchronized void forget() {
    view = null;
  }

  /** Whether a list shows, in its view or by having none, that what is known is not so any more. */
  public boolean differs(@Nullable AppView listed, long asked) {
    AppView known = view;
    return known != null && known.asked() < asked && (listed == null || !known.looksLike(listed));
  }

  /** The app: as the list showed it for the first time, and as a GET shows it where in doubt. */
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
