package fob.deployer.process;

import fob.deployer.Driver;
import fob.service.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps some sandboxes warm for each language: their drivers have started and wait for code. One
 * that was taken, or has ended, is replaced while no instance of a function is starting.
 * Thread-safe: the lock is this object, and nothing waits while it is held.
 */
final class WarmSandboxes implements AutoCloseable {

  /** Starts something that nobody waits for; see {@code LocalFunctions.whenNothingStarts}. */
  @FunctionalInterface
  interface SpareStarts {
    void start(Duration delay, Runnable work);
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(WarmSandboxes.class);

  /** Time for the first call of the function that took one. */
  private static final Duration AFTER_USE = Duration.ofMillis(50);

  private static final Backoff AFTER_FAILURES =
      Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(5));
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  /** The sandboxes of one language. */
  private static final class Shelf {
    final Driver driver;
    final Deque<WarmSandbox> waiting = new ArrayDeque<>();
    boolean filling;
    int failures; // in a row

    Shelf(Driver driver) {
      this.driver = driver;
    }
  }

  private final WarmSizes sizes;
  private final ProcessContext context;
  private final Duration startTimeout;
  private final IntSupplier numbers;
  private final SpareStarts starts;
  private final Map<String, Shelf> shelves = new HashMap<>(); // by language; guarded by this
  private boolean stopped; // guarded by this

  /**
   * @param startTimeout how long the start of one may take
   * @param numbers gives each sandbox a number that no function has
   */
  WarmSandboxes(
      WarmSizes sizes,
      ProcessContext context,
      Duration startTimeout,
      IntSupplier numbers,
      SpareStarts starts) {
    this.sizes = sizes;
    this.context = context;
    this.startTimeout = startTimeout;
    this.numbers = numbers;
    this.starts = starts;
  }

  /** Takes a sandbox whose driver waits for code; empty if there is none. */
  Optional<WarmSandbox> take(Driver driver) {
    for (WarmSandbox next = next(driver); next != null; next = next(driver)) {
      if (next.isWaiting()) {
        answered(driver, true);
        return Optional.of(next);
      }
      answered(driver, false);
      tell("does not answer", driver, next);
      next.kill();
    }
    return Optional.empty();
  }

  private synchronized @Nullable WarmSandbox next(Driver driver) {
    Shelf shelf = shelves.get(driver.language());
    return shelf == null ? null : shelf.waiting.pollFirst();
  }

  private synchronized void answered(Driver driver, boolean answered) {
    Shelf shelf = shelves.get(driver.language());
    if (shelf != null) {
      shelf.failures = answered ? 0 : shelf.failures + 1;
    }
  }

  /** Keeps sandboxes again after {@link #clear}. */
  synchronized void resume() {
    stopped = false;
  }

  /** Keeps sandboxes of this language from now on, and replaces those that were taken. */
  synchronized void keep(Driver driver) {
    if (!stopped && sizes.of(driver.language()) > 0) {
      fill(shelves.computeIfAbsent(driver.language(), _ -> new Shelf(driver)));
    }
  }

  private synchronized void fill(Shelf shelf) {
    if (isKept(shelf)
        && !shelf.filling
        && shelf.waiting.size() < sizes.of(shelf.driver.language())) {
      shelf.filling = true;
      starts.start(
          shelf.failures == 0 ? AFTER_USE : AFTER_FAILURES.delay(shelf.failures), () -> add(shelf));
    }
  }

  private synchronized boolean isKept(Shelf shelf) {
    return shelves.get(shelf.driver.language()) == shelf;
  }

  private void add(Shelf shelf) {
    Optional<WarmSandbox> started = Optional.empty();
    if (isKept(shelf)) {
      try {
        started =
            Optional.of(WarmSandbox.start(shelf.driver, context, numbers.getAsInt(), startTimeout));
      } catch (IOException | RuntimeException e) {
        LOGGER
            .atWarn()
            .addKeyValue("language", shelf.driver.language())
            .log("a warm sandbox did not start: {}", String.valueOf(e.getMessage()));
      }
    }
    added(shelf, started);
  }

  private synchronized void added(Shelf shelf, Optional<WarmSandbox> started) {
    shelf.filling = false;
    if (started.isEmpty()) {
      shelf.failures++;
    } else if (isKept(shelf)) {
      shelf.waiting.addLast(started.get());
      var _ = started.get().ended().thenRun(() -> ended(shelf, started.get()));
    } else {
      started.get().kill();
    }
    fill(shelf);
  }

  private synchronized void ended(Shelf shelf, WarmSandbox sandbox) {
    if (shelf.waiting.remove(sandbox)) {
      tell("has ended by itself", shelf.driver, sandbox);
      shelf.failures++;
      fill(shelf);
    }
  }

  private static void tell(String what, Driver driver, WarmSandbox sandbox) {
    LOGGER
        .atWarn()
        .addKeyValue("language", driver.language())
        .addKeyValue("sandbox", sandbox.name())
        .log("a warm sandbox {}, and is replaced", what);
  }

  /**
   * Ends all sandboxes that were not taken, forgets which languages are in use, and keeps none
   * until {@link #resume}.
   */
  synchronized List<WarmSandbox> clear() {
    stopped = true;
    List<WarmSandbox> all = new ArrayList<>();
    shelves.values().forEach(shelf -> all.addAll(shelf.waiting));
    shelves.values().forEach(shelf -> shelf.waiting.clear());
    shelves.clear();
    all.forEach(WarmSandbox::kill);
    return all;
  }

  /** Ends all sandboxes that were not taken, and waits for them for a second at most. */
  @Override
  public void close() {
    List<WarmSandbox> all = clear();
    CompletableFuture.allOf(all.stream().map(WarmSandbox::ended).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
