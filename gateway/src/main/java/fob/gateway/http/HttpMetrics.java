package fob.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Measures every request from its first byte in the gateway to the last byte of its reply, by
 * route, method and status. A request to a path that is no route has the route {@code none}. It
 * counts nothing before {@link #countIn}. Thread-safe.
 */
public final class HttpMetrics {

  private static final String ROUTE = HttpMetrics.class.getName();
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(10)
  };

  private final Route none = new Route("none");
  private volatile @Nullable MeterRegistry registry;

  /** The timers of one path of the API. */
  static final class Route {

    private final String path;
    private final Map<String, Map<Integer, Timer>> timers = new ConcurrentHashMap<>();

    Route(String path) {
      this.path = path;
    }

    private void record(MeterRegistry registry, String method, int status, long nanos) {
      timers
          .computeIfAbsent(method, _ -> new ConcurrentHashMap<>())
          .computeIfAbsent(status, code -> timer(registry, method, code))
          .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(MeterRegistry registry, String method, int status) {
      return Timer.builder("http.server.request.duration")
          .description("Requests to the HTTP API, until the last byte of the reply.")
          .tag("http.route", path)
          .tag("http.request.method", method)
          .tag("http.response.status_code", Integer.toString(status))
          .serviceLevelObjectives(BUCKETS)
          .register(registry);
    }
  }

  /** Counts from now on. */
  public void countIn(MeterRegistry meters) {
    registry = meters;
  }

  /** A request has come. */
  void begin(Request request, Response response) {
    MeterRegistry meters = registry;
    if (meters == null) {
      return;
    }
    long began = System.nanoTime();
    Request.addCompletionListener(
        request,
        _ -> {
          Route route = request.getAttribute(ROUTE) instanceof Route known ? known : none;
          String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "_OTHER";
          route.record(meters, method, response.getStatus(), System.nanoTime() - began);
        });
  }

  /** The request is one of a route. */
  static void at(Route route, Request request) {
    request.setAttribute(ROUTE, route);
  }
}
