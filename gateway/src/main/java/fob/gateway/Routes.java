package fob.gateway;

import static fob.gateway.http.Operation.open;
import static fob.gateway.http.Operation.plain;
import static fob.gateway.http.Operation.readable;
import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.OPTIONS;
import static io.javalin.http.HandlerType.PATCH;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;
import static io.javalin.http.HandlerType.TRACE;

import fob.gateway.call.CallHandler;
import fob.gateway.dead.DeadLetterHandler;
import fob.gateway.function.FunctionInfoHandler;
import fob.gateway.function.RegistrationHandler;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Operation;
import fob.gateway.http.Problem;
import fob.gateway.result.ResultHandler;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
      GET    /api/stats               every function: {"functions": [...], "details": [...]}
      GET    /api/meta/ID             how a function is and where it runs
      GET    /api/cs/ID               a function's code
      DELETE /api/gen/ID              stop a function and forget it
      DELETE /api/gen?status=failed   forget all functions that have failed
      GET    /healthz, /readyz        whether this gateway lives, and whether it can serve
      """;

  private final Supplier<Optional<Api>> api;
  private final Supplier<Optional<Problem>> unready;

  /** What needs the bus. */
  record Api(
      CallHandler calls,
      RegistrationHandler gen,
      FunctionInfoHandler functions,
      ResultHandler results,
      DeadLetterHandler dead) {}

  /**
   * @param api empty as long as the gateway is starting
   * @param unready why the gateway cannot serve now; empty when it can
   */
  Routes(Supplier<Optional<Api>> api, Supplier<Optional<Problem>> unready) {
    this.api = api;
    this.unready = unready;
  }

  void register(RoutesConfig routes) {
    path(
        routes,
        "/",
        readable((http, _) -> http.contentType("text/plain; charset=utf-8").result(INDEX)));
    path(routes, "/healthz", open(GET, false, Routes::alive), open(HEAD, false, Routes::alive));
    path(routes, "/readyz", open(GET, false, this::ready), open(HEAD, false, this::ready));
    registerCalls(routes);
    registerFunctions(routes);
    routes.exception(Problem.class, (problem, http) -> HttpReplies.write(http, problem));
    routes.exception(HttpResponseException.class, Routes::fromJavalin);
    routes.exception(Exception.class, Routes::unexpected);
  }

  private void registerCalls(RoutesConfig routes) {
    path(
        routes,
        "/api/call/{function}",
        open(GET, false, http -> api().calls().get(http)),
        open(POST, true, http -> api().calls().post(http)));
    path(
        routes,
        "/api/result/{id}",
        readable((http, query) -> api().results().get(http, query), "since"));
    path(
        routes,
        "/api/dead",
        readable((http, query) -> api().dead().list(http, query), "function", "limit"));
    path(
        routes,
        "/api/dead/{id}",
        readable((http, _) -> api().dead().get(http)),
        plain(DELETE, http -> api().dead().forget(http)));
    path(routes, "/api/dead/{id}/redrive", plain(POST, http -> api().dead().redrive(http)));
  }

  private void registerFunctions(RoutesConfig routes) {
    path(
        routes,
        "/api/gen",
        open(POST, true, http -> api().gen().register(http)),
        open(DELETE, false, http -> api().gen().removeFailed(http)));
    path(routes, "/api/gen/{function}", plain(DELETE, http -> api().gen().remove(http)));
    path(routes, "/api/stats", readable((http, _) -> api().functions().stats(http)));
    path(routes, "/api/meta/{function}", readable((http, _) -> api().functions().meta(http)));
    path(routes, "/api/cs/{function}", readable((http, _) -> api().functions().code(http)));
  }

  /** Says what a path can do: the one source of the methods that it takes. */
  private static void path(RoutesConfig routes, String path, Operation... operations) {
    List<HandlerType> taken =
        Stream.of(operations).flatMap(operation -> operation.methods().stream()).toList();
    String allow =
        Stream.concat(taken.stream(), Stream.of(OPTIONS))
            .map(HandlerType::name)
            .collect(Collectors.joining(", "));
    for (Operation operation : operations) {
      operation.methods().forEach(method -> routes.addHttpHandler(method, path, operation));
    }
    routes.addHttpHandler(OPTIONS, path, http -> http.status(204).header("Allow", allow));
    for (HandlerType other : List.of(GET, HEAD, POST, PUT, PATCH, DELETE, TRACE)) {
      if (!taken.contains(other)) {
        routes.addHttpHandler(other, path, http -> refuse(http, allow));
      }
    }
  }

  private static void refuse(Context http, String allow) {
    throw Problem.ofGateway(
            405,
            "method-not-allowed",
            "%s does not take %s, but %s".formatted(http.path(), http.method(), allow))
        .header("Allow", allow);
  }

  private Api api() {
    return api.get()
        .orElseThrow(() ->
            unready.get().orElseGet(() -> Problem.busUnavailable("this gateway is starting")));
  }

  private static void alive(Context http) {
    json(http, "{\"status\":\"ok\"}");
  }

  private void ready(Context http) {
    unready
        .get()
        .ifPresentOrElse(
            why -> HttpReplies.write(http, why), () -> json(http, "{\"status\":\"ready\"}"));
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
          default -> Problem.ofGateway(e.getStatus(), "bad-request", e);
        };
    HttpReplies.write(http, problem);
  }

  private static void unexpected(Exception e, Context http) {
    LOGGER.atError().addKeyValue("path", http.path()).setCause(e).log("a request failed");
    HttpReplies.write(
        http, Problem.ofGateway(500, "internal", "this gateway failed; its log says why"));
  }
}
