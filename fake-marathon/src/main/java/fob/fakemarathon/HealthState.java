package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The results of one task's health check. Guarded by the core's lock. */
final class HealthState {

  private @Nullable Boolean alive;
  private int consecutiveFailures;
  private @Nullable String firstSuccess;
  private @Nullable String lastSuccess;
  private @Nullable String lastFailure;
  private @Nullable String lastFailureCause;

  /** The last result; null before the first. */
  @Nullable Boolean alive() {
    return alive;
  }

  int consecutiveFailures() {
    return consecutiveFailures;
  }

  boolean everSucceeded() {
    return firstSuccess != null;
  }

  void clear() {
    alive = null;
    consecutiveFailures = 0;
    firstSuccess = null;
    lastSuccess = null;
    lastFailure = null;
    lastFailureCause = null;
  }

  void succeeded(String now) {
    alive = true;
    consecutiveFailures = 0;
    firstSuccess = firstSuccess == null ? now : firstSuccess;
    lastSuccess = now;
  }

  void failed(String now, String cause) {
    alive = false;
    consecutiveFailures++;
    lastFailure = now;
    lastFailureCause = cause;
  }

  ObjectNode json(String instanceId) {
    ObjectNode result = Json.object();
    result.put("alive", Boolean.TRUE.equals(alive));
    result.put("consecutiveFailures", consecutiveFailures);
    result.put("firstSuccess", firstSuccess);
    result.put("lastSuccess", lastSuccess);
    result.put("lastFailure", lastFailure);
    result.put("lastFailureCause", lastFailureCause);
    result.put("instanceId", instanceId);
    return result;
  }
}
