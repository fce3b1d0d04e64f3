package fob.invoker;

import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Version;
import fob.function.VersionName;
import fob.metrics.FunctionCalls;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one function that wait or run in this invoker. If the function may become
 * idle, the deployer is told that it is in use: when a call comes, again four times in each {@link
 * FunctionState#idleAfter} while there are calls, and every second while a call waits for a
 * function that is idle. No thread is used while there is no call. Thread-safe.
 */
final class FunctionUse implements AutoCloseable {

  static final Duration WAKE_EVERY = Duration.ofSeconds(1);
  private static final int REPORTS_EACH_IDLE = 4;

  private final FunctionCalls counts;
  private final Runnable report;
  private final BiConsumer<Duration, Runnable> later;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile @Nullable Duration idleAfter;
  private volatile boolean isIdle;

  /** Whether a call came or ended since the last look. */
  private final AtomicBoolean used = new AtomicBoolean();

  /** The next look; null: there will be none. */
  private final AtomicReference<@Nullable Look> next = new AtomicReference<>();

  private final AtomicBoolean isWaking = new AtomicBoolean();

  /**
   * @param counts gets the function's name
   * @param report tells the deployer that the function is in use; must not block
   * @param later runs a task after a delay
   */
  FunctionUse(FunctionCalls counts, Runnable report, BiConsumer<Duration, Runnable> later) {
    this.counts = counts;
    this.report = report;
    this.later = later;
  }

  /** What becomes of the calls. */
  FunctionCalls counts() {
    return counts;
  }

  /** How many calls wait or run now. */
  int calls() {
    return calls.get();
  }

  /** A call waits or runs from now on, until {@link #close} is called for it. */
  FunctionUse begin() {
    calls.incrementAndGet();
    note();
    return this;
  }

  /** One of the calls has ended. */
  @Override
  public void close() {
    calls.decrementAndGet();
    note();
  }

  /** A look at whether the function is still in use; equal only to itself. */
  private static final class Look {}

  /** Takes over a change of the function; empty if the function is gone. */
  void update(Optional<FunctionState> function) {
    function.flatMap(FunctionUse::name).ifPresent(counts::named);
    Duration idle = function.map(FunctionState::idleAfter).orElse(null);
    if (!Objects.equals(idle, idleAfter)) {
      idleAfter = idle;
      // The next look may be due too late for the new time.
      next.set(null);
    }
    isIdle = function.filter(state -> state.status() instanceof FunctionStatus.Idle).isPresent();
    if (calls.get() > 0) {
      note();
    }
  }

  /** {@code add@3}, or {@code add} if its versions are not numbered. */
  private static Optional<String> name(FunctionState function) {
    FunctionName name = function.spec().name();
    Version version = function.version();
    return name == null
        ? Optional.empty()
        : Optional.of(
            version == null ? name.value() : new VersionName(name, version.number()).toString());
  }

  private void note() {
    if (idleAfter == null) {
      return;
    }
    used.set(true);
    if (mustWake()) {
      wake();
      return;
    }
    Look look = new Look();
    if (next.compareAndSet(null, look)) {
      look(look);
    }
  }

  private void look(Look look) {
    if (!look.equals(next.get())) {
      return;
    }
    Duration period = idleAfter;
    boolean isInUse = used.getAndSet(false) || calls.get() > 0;
    if (period != null && isInUse) {
      report.run();
      later.accept(period.dividedBy(REPORTS_EACH_IDLE), () -> look(look));
    } else {
      next.compareAndSet(look, null);
      if (used.get()) {
        note();
      }
    }
  }

  private boolean mustWake() {
    return isIdle && calls.get() > 0;
  }

  private void wake() {
    if (isWaking.compareAndSet(false, true)) {
      wakeAgain();
    }
  }

  private void wakeAgain() {
    if (mustWake()) {
      report.run();
      later.accept(WAKE_EVERY, this::wakeAgain);
    } else {
      isWaking.set(false);
      if (mustWake()) {
        wake();
      }
    }
  }
}
