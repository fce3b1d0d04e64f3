package fob.deployer.marathon.cluster;

import fob.deployer.marathon.api.AppView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many deployments of ours Marathon has at a time: it refuses every write, of anybody,
 * beyond a hundred. First come, first served. Thread-safe.
 */
public final class DeploymentQueue {

  /** One app. */
  public interface Entrant {
    /** Called once the app has got its place. */
    void wake();

    /** The app as last seen if its deployment takes so long that it may be ended; null if not. */
    default @Nullable AppView stuck() {
      return null;
    }
  }

  private final int places;
  private final LinkedHashSet<Entrant> inside = new LinkedHashSet<>(); // guarded by this
  private final LinkedHashSet<Entrant> waiting = new LinkedHashSet<>(); // guarded by this

  public DeploymentQueue(int places) {
    this.places = places;
  }

  /** Whether it has a place now; if not, it is woken when it has. */
  public synchronized boolean enter(Entrant entrant) {
    if (inside.contains(entrant)) {
      return true;
    }
    if (inside.size() < places) {
      inside.add(entrant);
      return true;
    }
    waiting.add(entrant);
    return false;
  }

  /** It has a deployment already, so it has a place, even where there is none. */
  public synchronized void adopt(Entrant entrant) {
    waiting.remove(entrant);
    inside.add(entrant);
  }

  /** Needs no place any more; the next one gets it. */
  public void leave(Entrant entrant) {
    next(entrant).ifPresent(Entrant::wake);
  }

  private synchronized Optional<Entrant> next(Entrant leaving) {
    waiting.remove(leaving);
    if (!inside.remove(leaving) || inside.size() >= places || waiting.isEmpty()) {
      return Optional.empty();
    }
    Entrant next = waiting.removeFirst();
    inside.add(next);
    return Optional.of(next);
  }

  /** Those with a place, the longest first. */
  synchronized List<Entrant> inside() {
    return List.copyOf(inside);
  }
}
