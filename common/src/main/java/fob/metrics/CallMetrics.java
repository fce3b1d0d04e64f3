package fob.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The counts of the calls of all functions in one invoker. The first functions that have calls get
 * series of their own at {@code /metrics}, up to a bound. The others are counted together as {@code
 * other}. A function without calls has none. Thread-safe.
 */
public final class CallMetrics {

  private static final String OTHER = "other";
  private static final String UNKNOWN = "unknown";

  private final boolean isOn;
  private final int mostFunctions;
  private final FunctionCalls unknown = new FunctionCalls(this, UNKNOWN);
  private final Queue<FunctionCalls> active = new ConcurrentLinkedQueue<>();
  private volatile Runnable onActivity = () -> {};

  /** Those with series of their own, and the others. All are guarded by this. */
  private final Map<String, FunctionCalls> named = new HashMap<>();

  private final Set<FunctionCalls> others = new HashSet<>();

  /** The counts of others that were removed, since a counter must not fall. */
  private final FunctionCalls removedOthers = new FunctionCalls(this, OTHER);

  CallMetrics(MetricsSettings settings) {
    this.isOn = settings.isOn();
    this.mostFunctions = settings.functions();
  }

  /** Returns metrics that count nothing. */
  public static CallMetrics off() {
    return new CallMetrics(new MetricsSettings(false, 1));
  }

  boolean isOn() {
    return isOn;
  }

  /** Returns counts for a function, which start at zero. */
  public FunctionCalls of(String function) {
    return new FunctionCalls(this, function);
  }

  /** Returns the counts of calls whose function there is not. */
  public FunctionCalls unknown() {
    return unknown;
  }

  /** The function is gone, and so are its series. */
  public synchronized void remove(FunctionCalls function) {
    function.isGone = true;
    if (others.remove(function)) {
      removedOthers.add(function);
    } else {
      named.remove(function.function(), function);
    }
  }

  /**
   * Sets what runs when a function has calls again after {@link #take}; may be called by any
   * thread, and must not block.
   */
  public void onActivity(Runnable action) {
    onActivity = action;
  }

  void isActive(FunctionCalls function) {
    if (function != unknown) {
      show(function);
      active.add(function);
      onActivity.run();
    }
  }

  private synchronized void show(FunctionCalls function) {
    if (!function.isGone
        && !others.contains(function)
        && named.get(function.function()) != function) {
      if (named.size() < mostFunctions) {
        named.put(function.function(), function);
      } else {
        others.add(function);
      }
    }
  }

  /** Returns what happened since this was called last. Called by one thread at a time. */
  public List<FunctionActivity> take() {
    List<FunctionActivity> taken = new ArrayList<>();
    for (FunctionCalls next = active.poll(); next != null; next = active.poll()) {
      FunctionActivity activity = next.take();
      if (activity.calls() > 0) {
        taken.add(activity);
      }
    }
    return taken;
  }

  /** Returns the counts for {@code /metrics}. */
  synchronized List<FunctionCalls> shown() {
    List<FunctionCalls> shown = new ArrayList<>(named.values());
    FunctionCalls other = new FunctionCalls(this, OTHER);
    other.named(OTHER);
    other.add(removedOthers);
    others.forEach(other::add);
    List<FunctionCalls> now = List.copyOf(others);
    other.gauges(
        () -> now.stream().mapToInt(FunctionCalls::inFlight).sum(),
        () -> now.stream().mapToInt(FunctionCalls::waiting).sum());
    shown.add(other);
    shown.add(unknown);
    return shown;
  }
}
