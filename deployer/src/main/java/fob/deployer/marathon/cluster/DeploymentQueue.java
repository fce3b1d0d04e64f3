package fob.deployer.marathon.cluster;

import fob.deployer.marathon.api.AppView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many of fob's deployments run in Marathon at a time, since Marathon refuses all writes
 * beyond 100 deployments of all its users. First come, first served. Thread-safe.
 */
public final class DeploymentQueue {

  /** An app that needs a place. */
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

  /** Takes a place. If there is none, this returns false and the app is woken once it has one. */
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

  /** Gives the app a place even above the bound, since its deployment runs already. */
  public synchronized void adopt(Entrant entrant) {
    waiting.remove(entrant);
    inside.add(entrant);
  }

  /** Gives the app's place to the next one. */
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

  /** The apps with a place, the earliest first. */
  synchronized List<Entrant> inside() {
    return List.copyOf(inside);
  }
}
