package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** How long an app's next launch has to wait after failures. Guarded by the core's lock. */
final class Backoff {

  private static final double SECOND = Duration.ofSeconds(1).toNanos();

  private double delayNanos;
  private long until;
  private boolean waiting;

  void failed(JsonNode spec, long now) {
    double first = spec.path("backoffSeconds").asDouble() * SECOND;
    double max = spec.path("maxLaunchDelaySeconds").asDouble() * SECOND;
    double next = delayNanos == 0 ? first : delayNanos * spec.path("backoffFactor").asDouble();
    delayNanos = Math.min(next, Math.max(first, max));
    until = now + (long) delayNanos;
    waiting = true;
  }

  void reset() {
    delayNanos = 0;
    waiting = false;
  }

  Duration left(long now) {
    return waiting && until > now ? Duration.ofNanos(until - now) : Duration.ZERO;
  }
}
