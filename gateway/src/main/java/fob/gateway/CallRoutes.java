package fob.gateway;

import static fob.access.Role.CALL;
import static fob.access.Role.DEPLOY;
import static fob.gateway.http.Operation.open;
import static fob.gateway.http.Operation.plain;
import static fob.gateway.http.Operation.readable;
import static fob.gateway.http.Operation.taking;
import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import fob.gateway.access.Caller;
import fob.gateway.access.Quotas;
import fob.gateway.call.CallHandler;
import fob.gateway.dead.DeadLetterHandler;
import fob.gateway.history.CallHistoryHandler;
import fob.gateway.http.RouteTable;
import io.javalin.http.Context;
import java.util.function.Supplier;

/**
 * The operations on calls.
 *
 * @param api throws a {@link fob.gateway.http.Problem} while the gateway is starting
 */
record CallRoutes(Supplier<Api> api) {

  void addTo(RouteTable table) {
    OpenRequests open = new OpenRequests(api);
    table
        .add(
            CALL,
            "/api/call/{function}",
            open(GET, false, http -> call(http, CallHandler::get)),
            "GET    /api/call/ID?a:1,b:2     call a function, by id or name: {\"result\": ...}")
        .add(
            CALL,
            "/api/call/{function}",
            open(POST, true, http -> call(http, CallHandler::post)),
            "POST   /api/call/ID             the same, with a JSON object of parameters as the body")
        .add(
            CALL,
            "/api/result/{id}",
            readable(open.waiting((http, query) -> api.get().results().get(http, query)), "since"),
            "GET    /api/result/ID           what became of a call, by its request id")
        .add(
            DEPLOY,
            "/api/dead",
            readable(
                (http, query) -> api.get().dead().list(http, query),
                DeadLetterHandler.parameters()),
            "GET    /api/dead                calls that were given up; POST /api/dead/ID/redrive, DELETE")
        .add(
            CALL,
            "/mcp",
            taking(POST, this::mcp),
            "POST   /mcp                     functions as tools of the Model Context Protocol")
        .add(DEPLOY, "/api/dead/{id}", readable((http, _) -> api.get().dead().get(http)))
        .add(DEPLOY, "/api/dead/{id}", plain(DELETE, http -> api.get().dead().forget(http)))
        .add(DEPLOY, "/api/dead/{id}/redrive", plain(POST, http -> api.get().dead().redrive(http)))
        .add(
            DEPLOY,
            "/api/calls/{function}",
            readable(
                open.following((http, query) -> api.get().history().get(http, query)),
                CallHistoryHandler.parameters()),
            "GET    /api/calls/ID            the latest calls of a function, with their parameters");
  }

  private void mcp(Context http) {
    api.get().warmUp().stop();
    api.get().mcp().post(http);
  }

  /** Handles a call. */
  @FunctionalInterface
  private interface Calling {
    void run(CallHandler handler, Context http) throws InterruptedException;
  }

  private void call(Context http, Calling calling) throws InterruptedException {
    Api known = api.get();
    try (Quotas.Slot _ = known.quotas().take(Caller.of(http))) {
      calling.run(known.warmUp().handler(http).orElse(known.calls()), http);
    }
  }
}
