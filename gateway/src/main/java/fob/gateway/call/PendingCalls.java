package fob.gateway.call;

import fob.call.RequestId;
import fob.call.Response;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls whose callers wait at this gateway. Handlers add and remove, the reply listener and the
 * producer complete; all may do so at the same time.
 */
public final class PendingCalls {

  private final Map<String, CompletableFuture<Response>> waiting = new ConcurrentHashMap<>();
  private final int max;

  public PendingCalls(int max) {
    this.max = max;
  }

  /** Begins to wait; empty if too many do already. */
  Optional<CompletableFuture<Response>> add(RequestId id) {
    if (waiting.size() >= max) {
      return Optional.empty();
    }
    CompletableFuture<Response> response = new CompletableFuture<>();
    waiting.put(id.value(), response);
    return Optional.of(response);
  }

  /** Finds who waits; a late reply, or another gateway's, finds nobody. */
  Optional<CompletableFuture<Response>> get(String id) {
    return Optional.ofNullable(waiting.get(id));
  }

  void remove(RequestId id) {
    waiting.remove(id.value());
  }

  /** Nobody is to wait any longer: this gateway stops. */
  public void cancelAll() {
    waiting.values().forEach(response -> response.cancel(false));
  }

  int size() {
    return waiting.size();
  }
}
