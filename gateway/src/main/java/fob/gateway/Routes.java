package fob.gateway;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP API: start here. Handlers throw {@link Problem}; it is written in one place, below. */
final class Routes {

  private static final Logger LOGGER = LoggerFactory.getLogger(Routes.class);

  private static final String INDEX =
      """
      fob: Flock of Birds, a serverless platform on Kafka

      POST   /api/gen                 register the code in the body: {"id": ...}
      GET    /api/call/ID?a:1,b:2     call a function, by id or name: {"result": ...}
      POST   /api/call/ID             the same, with a JSON object of parameters as the body
      GET    /api/result/ID           what became of a call, by its request id
      GET    /api/dead                calls that were given up; POST /api/dead/ID/redrive, DELETE
      GET    /api/stats               every function: {"functions": [...]}
      GET    /api/meta/ID             how a function is and where it runs
      GET    /api/cs/ID               a function's code
      DELETE /api/gen/ID              stop a function and forget it
      GET    /healthz, /readyz        whether this gateway lives, and whether it can serve
      """;

  private final Supplier<Optional<Api>> api;
  private final Supplier<Optional<String>> unready;

  /** What needs the bus. */
  record Api(
      CallHandler calls,
      GenHandler gen,
      FunctionsHandler functions,
      ResultsHandler results,
      DeadHandler dead) {}

  /**
   * @param api empty as long as the gateway is starting
   * @param unready why the gateway cannot serve now; empty when it can
   */
  Routes(Supplier<Optional<Api>> api, Supplier<Optional<String>> unready) {
    this.api = api;
    this.unready = unready;
  }

  void register(RoutesConfig routes) {
    readable(routes, "/", http -> http.contentType("text/plain; charset=utf-8").result(INDEX));
    readable(routes, "/healthz", http -> json(http, "{\"status\":\"ok\"}"));
    readable(routes, "/readyz", this::ready);
    routes.get("/api/call/{function}", http -> api().calls().get(http));
    routes.head(
        "/api/call/{function}",
        http -> {
          throw Problem.ofGateway(405, "method-not-allowed", "a call is a GET or a POST")
              .header("Allow", "GET, POST");
        });
    routes.post("/api/call/{function}", http -> api().calls().post(http));
    readable(routes, "/api/result/{id}", http -> api().results().get(http));
    readable(routes, "/api/dead", http -> api().dead().list(http));
    readable(routes, "/api/dead/{id}", http -> api().dead().get(http));
    routes.post("/api/dead/{id}/redrive", http -> api().dead().redrive(http));
    routes.delete("/api/dead/{id}", http -> api().dead().forget(http));
    routes.post("/api/gen", http -> api().gen().register(http));
    routes.delete("/api/gen/{function}", http -> api().gen().remove(http));
    readable(routes, "/api/stats", http -> api().functions().stats(http));
    readable(routes, "/api/meta/{function}", http -> api().functions().meta(http));
    readable(routes, "/api/cs/{function}", http -> api().functions().code(http));

    routes.exception(Problem.class, (problem, http) -> HttpAnswers.write(http, problem));
    routes.exception(HttpResponseException.class, Routes::fromJavalin);
    routes.exception(Exception.class, Routes::unexpected);
  }

  /** GET, and HEAD for the same without its body. */
  private static void readable(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }

  private Api api() {
    return api.get()
        .orElseThrow(
            () -> Problem.busUnavailable(unready.get().orElse("this gateway is starting")));
  }

  private void ready(Context http) {
    unready
        .get()
        .ifPresentOrElse(
            why -> HttpAnswers.write(http, Problem.busUnavailable(why)),
            () -> json(http, "{\"status\":\"ready\"}"));
  }

  private static void json(Context http, String body) {
    http.contentType("application/json").result(body);
  }

  private static void fromJavalin(HttpResponseException e, Context http) {
    Problem problem =
        switch (e.getStatus()) {
          case 404 ->
              Problem.ofGateway(
                  404,
                  "no-such-path",
                  "there is nothing at " + http.path() + "; GET / lists what is");
          case 405 ->
              Problem.ofGateway(
                      405, "method-not-allowed", http.path() + " does not take " + http.method())
                  .header("Allow", e.getDetails().getOrDefault("availableMethods", ""));
          default -> Problem.ofGateway(e.getStatus(), "bad-request", e);
        };
    HttpAnswers.write(http, problem);
  }

  private static void unexpected(Exception e, Context http) {
    LOGGER.atError().addKeyValue("path", http.path()).setCause(e).log("a request failed");
    HttpAnswers.write(
        http, Problem.ofGateway(500, "internal", "this gateway failed; its log says why"));
  }
}
