package fob.gateway.function;

import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Clients that wait until a function is ready or has failed. Thread-safe. */
final class SettledFunctions {

  private final Map<FunctionId, CompletableFuture<FunctionStatus>> watched =
      new ConcurrentHashMap<>();

  /**
   * Waits until the function is ready or has failed.
   *
   * @param known what is known of it now
   * @return empty if the function is neither after that time
   */
  Optional<FunctionStatus> await(
      FunctionId id, Supplier<Optional<FunctionState>> known, Duration wait)
      throws InterruptedException {
    CompletableFuture<FunctionStatus> settled =
        watched.computeIfAbsent(id, _ -> new CompletableFuture<>());
    try {
      known.get().ifPresent(state -> complete(settled, state.status()));
      return Optional.of(settled.get(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("only completed with values", e);
    } finally {
      watched.remove(id, settled);
    }
  }

  /** A function has changed. */
  void changed(FunctionState state) {
    CompletableFuture<FunctionStatus> settled = watched.get(state.spec().id());
    if (settled != null) {
      complete(settled, state.status());
    }
  }

  private static void complete(CompletableFuture<FunctionStatus> settled, FunctionStatus status) {
    switch (status) {
      case FunctionStatus.Deploying _ -> {}
      case FunctionStatus.Ready _, FunctionStatus.Idle _, FunctionStatus.Failed _ ->
          settled.complete(status);
    }
  }
}
