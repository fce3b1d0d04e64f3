package fob.deployer.local;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions that were removed or let go of, until nothing of them is left. Then their logs are
 * closed and their files deleted. Thread-safe.
 */
final class EndingFunctions {

  private static final Logger LOGGER = LoggerFactory.getLogger(EndingFunctions.class);

  private final Executor files;
  private final Set<Supervisor> ending = ConcurrentHashMap.newKeySet();

  /**
   * Creates the set without any function.
   *
   * @param files runs deletions, which take as long as the disk needs
   */
  EndingFunctions(Executor files) {
    this.files = files;
  }

  /**
   * Adds a function.
   *
   * @param gone completes when nothing of the function is left
   */
  void add(Supervisor function, CompletableFuture<Void> gone) {
    ending.add(function);
    var _ = gone.thenRunAsync(() -> forget(function), files);
  }

  private void forget(Supervisor function) {
    function.log().close();
    function.host().delete();
    ending.remove(function);
  }

  /** Returns the functions of which something is left; a copy. */
  Set<Supervisor> all() {
    return Set.copyOf(ending);
  }

  /** Waits until all of these have completed, at most for the given time. */
  static void await(List<CompletableFuture<Void>> gone, Duration atMost) {
    try {
      CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new))
          .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOGGER.atWarn().log("some sandboxes did not end in time");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
