package fob.deployer.process;

import fob.service.TokenBucket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends instances that keep on trying to start processes or threads beyond their bound, such as fork
 * bombs. The kernel refuses each try only after it has copied the process, which takes time in the
 * kernel and so slows down other functions. Thread-safe.
 */
final class ForkBombs implements AutoCloseable {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  /** If there are many instances, all looks together cost little all the same. */
  private static final Duration FOR_EACH = Duration.ofMillis(5);

  /** A program that reaches the bound by mistake may be refused so often at once. */
  private static final int MOST_REFUSED = 100;

  private static final int MOST_REFUSED_PER_SECOND = 1; // for long

  private final ScheduledExecutorService timer;
  private final Map<Cgroup, Watched> watched = new ConcurrentHashMap<>();
  private boolean isLooking; // guarded by this

  /**
   * @param timer runs the looks; it must not refuse a task after its end
   */
  ForkBombs(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Watches an instance until {@link #forget}.
   *
   * @param end ends the instance and gets the reason; must not block; may be run more than once
   */
  synchronized void watch(Cgroup instance, Consumer<String> end) {
    watched.put(instance, new Watched(instance, end));
    if (!isLooking) {
      isLooking = true;
      lookAfter(BETWEEN_LOOKS);
    }
  }

  void forget(Cgroup instance) {
    watched.remove(instance);
  }

  private void lookAfter(Duration pause) {
    var _ = timer.schedule(this::lookAndRepeat, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lookAndRepeat() {
    look();
    synchronized (this) {
      isLooking = !watched.isEmpty();
      if (isLooking) {
        Duration all = FOR_EACH.multipliedBy(watched.size());
        lookAfter(all.compareTo(BETWEEN_LOOKS) > 0 ? all : BETWEEN_LOOKS);
      }
    }
  }

  /** Looks at all instances once. */
  void look() {
    watched.values().forEach(Watched::look);
  }

  /** A watched instance. Used by the timer's thread. */
  private static final class Watched {
    private final Cgroup instance;
    private final Consumer<String> end;
    private final TokenBucket allowance =
        new TokenBucket(MOST_REFUSED_PER_SECOND, MOST_REFUSED, System.nanoTime());
    private long refused;

    Watched(Cgroup instance, Consumer<String> end) {
      this.instance = instance;
      this.end = end;
    }

    void look() {
      long all = instance.refusedProcesses();
      allowance.fill(System.nanoTime());
      allowance.use(all - refused);
      refused = all;
      if (!allowance.has(0)) {
        end.accept(
            "it kept on starting processes or threads beyond its bound of %s, which slows down other functions: let it start fewer, or register it with a higher concurrency"
                .formatted(instance.mostProcesses()));
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
