package fob.gateway.history;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** The last 10,000 texts that were added. Not thread-safe. */
final class RecentLots {

  private static final int MOST = 10_000;

  private final SequencedSet<String> lots = new LinkedHashSet<>();

  /** Returns whether the text was not among them. */
  boolean add(String lot) {
    if (!lots.add(lot)) {
      return false;
    }
    if (lots.size() > MOST) {
      lots.removeFirst();
    }
    return true;
  }
}
