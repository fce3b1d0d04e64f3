package fob.gateway.call;

import fob.call.RequestId;
import fob.call.Response;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls whose callers wait at this gateway. Handlers add and remove calls; the reply listener
 * and the producer complete them. Thread-safe.
 */
public final class PendingCalls {

  private final Map<String, CompletableFuture<Response>> waiting = new ConcurrentHashMap<>();
  private final int max;

  public PendingCalls(int max) {
    this.max = max;
  }

  /** Adds a call; empty if the bound of waiting calls is reached. */
  Optional<CompletableFuture<Response>> add(RequestId id) {
    if (waiting.size() >= max) {
      return Optional.empty();
    }
    CompletableFuture<Response> response = new CompletableFuture<>();
    waiting.put(id.value(), response);
    return Optional.of(response);
  }

  /** The call with that id; empty for a late reply or another gateway's. */
  Optional<CompletableFuture<Response>> get(String id) {
    return Optional.ofNullable(waiting.get(id));
  }

  void remove(RequestId id) {
    waiting.remove(id.value());
  }

  /** Cancels all waiting calls, since this gateway stops. */
  public void cancelAll() {
    waiting.values().forEach(response -> response.cancel(false));
  }

  int size() {
    return waiting.size();
  }
}
