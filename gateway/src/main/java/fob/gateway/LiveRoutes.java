package fob.gateway;

import static fob.access.Role.ADMIN;
import static fob.access.Role.CALL;
import static fob.access.Role.METRICS;
import static fob.gateway.http.Operation.readable;

import fob.gateway.http.RouteTable;
import java.util.function.Supplier;

/**
 * The routes that show how fob is now.
 *
 * @param api throws a {@link fob.gateway.http.Problem} while the gateway is starting
 */
record LiveRoutes(Supplier<Api> api) {

  void addTo(RouteTable table) {
    OpenRequests open = new OpenRequests(api);
    table
        .add(
            CALL,
            "/api/live",
            readable(
                open.following((http, query) -> api.get().live().get(http, query)),
                "function",
                "follow"),
            "GET    /api/live                calls in the last minutes, in steps; ?follow=true goes on")
        .add(
            CALL,
            "/api/events",
            readable(open.all((http, query) -> api.get().events().get(http, query)), "of"),
            "GET    /api/events?of=live,bus  what changes, as server-sent events")
        .add(
            ADMIN,
            "/api/bus",
            readable((http, _) -> api.get().bus().get(http)),
            "GET    /api/bus                 what waits in topics, and which invoker reads what")
        .add(
            METRICS,
            "/metrics",
            readable((http, _) -> api.get().metrics().get(http)),
            "GET    /metrics                 what this gateway's process counts, for Prometheus");
  }
}
