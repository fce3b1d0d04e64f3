package fob.gateway;

import static fob.access.Role.ADMIN;
import static fob.access.Role.CALL;
import static fob.access.Role.DEPLOY;
import static fob.access.Role.METRICS;
import static fob.gateway.http.Operation.open;
import static fob.gateway.http.Operation.plain;
import static fob.gateway.http.Operation.readable;
import static fob.gateway.http.Operation.taking;
import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import fob.gateway.console.ConsoleHandler;
import fob.gateway.docs.DocsHandler;
import fob.gateway.http.Problem;
import fob.gateway.http.RouteTable;
import fob.gateway.log.LogHandler;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The HTTP API: start reading here. A new route is a method of a handler and a row in {@link
 * #table}, which begins with the role that a client's key needs. Handlers report failures by
 * throwing a {@link Problem}.
 */
final class Routes {

  private static final String TITLE = "fob: Flock of Birds, a serverless platform on Kafka\n\n";

  private final Supplier<Optional<Api>> api;
  private final Supplier<Optional<Problem>> unready;
  private final HealthHandler health;
  private final DocsHandler docs = new DocsHandler();
  private final ConsoleHandler console = new ConsoleHandler();

  /**
   * @param api empty as long as the gateway is starting
   * @param unready why the gateway cannot serve now; empty when it can
   * @param warning what an operator should change although the gateway serves; empty if nothing
   */
  Routes(
      Supplier<Optional<Api>> api,
      Supplier<Optional<Problem>> unready,
      Supplier<Optional<String>> warning) {
    this.api = api;
    this.unready = unready;
    this.health = new HealthHandler(unready, warning);
  }

  void register(RoutesConfig routes) {
    table().register(routes);
  }

  RouteTable table() {
    RouteTable table = new RouteTable((http, needed, run) -> api().access().run(http, needed, run));
    OpenRequests open = new OpenRequests(this::api);
    table.add(
        DEPLOY,
        "/api/gen",
        open(POST, true, http -> api().gen().register(http)),
        "POST   /api/gen                 register the code in the body: {\"id\": ...}");
    new CallRoutes(this::api).addTo(table);
    table
        .add(
            CALL,
            "/api/stats",
            readable(
                open.following((http, query) -> api().functions().stats(http, query)), "follow"),
            "GET    /api/stats               every function: {\"functions\": [...], \"details\": [...]}")
        .add(CALL, "/api/languages", readable((http, _) -> api().functions().languages(http)))
        .add(
            CALL,
            "/api/meta/{function}",
            readable((http, _) -> api().functions().meta(http)),
            "GET    /api/meta/ID             how a function is and where it runs")
        .add(
            CALL,
            "/api/schema/{function}",
            readable((http, _) -> api().functions().schema(http)),
            "GET    /api/schema/ID           an OpenAPI document of one function")
        .checked(DEPLOY, "/api/cs/{function}", readable((http, _) -> api().functions().code(http)))
        .line("GET    /api/cs/ID               a function's code")
        .checked(
            DEPLOY,
            "/api/layers/{layer}",
            readable((http, query) -> api().layers().get(http, query), "function"))
        .add(
            DEPLOY,
            "/api/logs/{function}",
            readable(
                open.following((http, query) -> api().logs().get(http, query)),
                LogHandler.parameters()),
            "GET    /api/logs/ID             what a function has printed; ?follow=true goes on")
        .add(
            DEPLOY,
            "/api/gen/{function}",
            plain(DELETE, http -> api().gen().remove(http)),
            "DELETE /api/gen/ID              stop a function and forget it")
        .add(
            DEPLOY,
            "/api/gen",
            open(DELETE, false, http -> api().gen().removeFailed(http)),
            "DELETE /api/gen?status=failed   forget all functions that have failed")
        .add(CALL, "/api/names", readable((http, _) -> api().names().list(http)))
        .add(
            CALL,
            "/api/names/{function}",
            readable((http, _) -> api().names().get(http)),
            "GET    /api/names, and /NAME    the versions that names lead to; PUT weights, DELETE")
        .add(DEPLOY, "/api/names/{function}", taking(PUT, http -> api().names().put(http)))
        .add(DEPLOY, "/api/names/{function}", plain(DELETE, http -> api().names().delete(http)))
        .add(
            DEPLOY,
            "/api/secrets/{name}",
            taking(PUT, http -> api().secrets().put(http)),
            "PUT    /api/secrets/NAME        write a secret: the value in the body; DELETE")
        .add(DEPLOY, "/api/secrets/{name}", plain(DELETE, http -> api().secrets().delete(http)))
        .add(
            DEPLOY,
            "/api/secrets",
            readable((http, _) -> api().secrets().list(http)),
            "GET    /api/secrets             the names of all secrets, and which functions use them")
        .add(
            ADMIN,
            "/api/keys",
            taking(POST, http -> api().keys().make(http)),
            "POST   /api/keys                make a key that clients need then; GET, DELETE /api/keys/ID")
        .add(ADMIN, "/api/keys", readable((http, _) -> api().keys().list(http)))
        .add(METRICS, "/api/whoami", readable((http, _) -> api().keys().own(http)))
        .add(ADMIN, "/api/keys/{id}", plain(DELETE, http -> api().keys().delete(http)))
        .add(
            ADMIN,
            "/api/audit",
            readable((http, query) -> api().audit().list(http, query), "limit"))
        .open("/api/secrets-of/{function}", readable((http, _) -> api().delivery().get(http)));
    new LiveRoutes(this::api).addTo(table);
    table
        .open("/healthz", open(GET, false, health::alive))
        .line(
            "GET    /healthz, /readyz        whether this gateway lives, and whether it can serve")
        .open("/healthz", open(HEAD, false, health::alive))
        .open("/readyz", open(GET, false, health::ready))
        .open("/readyz", open(HEAD, false, health::ready))
        .open("/docs", readable((http, _) -> docs.page(http)))
        .line("GET    /docs                    this API as a page to read and try; /openapi.json")
        .open("/docs/{file}", readable((http, _) -> docs.file(http)))
        .open("/openapi.json", readable((http, _) -> docs.document(http)))
        .open("/console", readable((http, _) -> console.page(http)))
        .line("GET    /console                 a page to see, write and call functions")
        .open("/console/{file}", readable((http, _) -> console.file(http)))
        .open("/console/lib/{file}", readable((http, _) -> console.library(http)))
        .open("/", readable((http, _) -> root(http, TITLE + table.index())));
    return table;
  }

  private Api api() {
    return api.get()
        .orElseThrow(() ->
            unready
                .get()
                .orElseGet(() -> Problem.busUnavailable("this gateway is starting"))
                .causing("nothing was run, this gateway is starting"));
  }

  /** Browsers get the console. */
  private static void root(Context http, String index) {
    String accepted = http.header("Accept");
    if (accepted != null && accepted.contains("text/html")) {
      http.redirect("/console");
    } else {
      http.contentType("text/plain; charset=utf-8").result(index);
    }
  }
}
