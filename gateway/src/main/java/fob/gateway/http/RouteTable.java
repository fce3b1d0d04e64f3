package fob.gateway.http;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.OPTIONS;
import static io.javalin.http.HandlerType.PATCH;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;
import static io.javalin.http.HandlerType.TRACE;

import fob.access.Role;
import fob.bus.wire.CallLogging;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The operations of an HTTP API, by path. From its rows come the routes, the index of the API, the
 * answer to OPTIONS, and the refusal of other methods. Failures of all operations are written here.
 * Filled and registered by one thread.
 */
public final class RouteTable {

  private static final Logger LOGGER = LoggerFactory.getLogger(RouteTable.class);

  /** Runs operations, and refuses requests whose client may not make them. */
  @FunctionalInterface
  public interface Guard {
    /**
     * @param needed the role that a client needs at least
     * @throws Problem 401 or 403 if the client may not make the request
     */
    void run(Context http, Role needed, Handler operation) throws Exception;
  }

  private final Guard guard;
  private final Map<String, List<Row>> paths = new LinkedHashMap<>();
  private final StringBuilder index = new StringBuilder();

  /**
   * An operation.
   *
   * @param needed the role that a client needs at least; empty: none
   * @param handler the operation, with the check of the role before it
   */
  public record Row(Operation operation, Optional<Role> needed, Handler handler) {}

  public RouteTable(Guard guard) {
    this.guard = guard;
  }

  /** Adds an operation for everybody, which the index does not list. */
  public RouteTable open(String path, Operation operation) {
    return add(path, new Row(operation, Optional.empty(), operation));
  }

  /**
   * Adds an operation that checks its clients itself, and that the index does not list.
   *
   * @param needed the role that a client with a key needs at least
   */
  public RouteTable checked(Role needed, String path, Operation operation) {
    return add(path, new Row(operation, Optional.of(needed), operation));
  }

  /**
   * Adds an operation that the index does not list.
   *
   * @param needed the role that a client needs at least
   */
  public RouteTable add(Role needed, String path, Operation operation) {
    Handler guarded =
        http -> {
          // First, since a malformed request is none for any client.
          Map<String, String> query = operation.read(http);
          guard.run(http, needed, allowed -> operation.action().run(allowed, query));
        };
    return add(path, new Row(operation, Optional.of(needed), guarded));
  }

  /**
   * Adds an operation.
   *
   * @param line describes it in the index
   */
  public RouteTable add(Role needed, String path, Operation operation, String line) {
    return add(needed, path, operation).line(line);
  }

  /** Adds a line to the index. */
  public RouteTable line(String line) {
    index.append(line).append('\n');
    return this;
  }

  private RouteTable add(String path, Row row) {
    paths.computeIfAbsent(path, _ -> new ArrayList<>()).add(row);
    return this;
  }

  /** The lines of all operations, each with its line end. */
  public String index() {
    return index.toString();
  }

  /** All operations by path. */
  public Map<String, List<Row>> rows() {
    return Map.copyOf(paths);
  }

  /** Registers all operations, and the replies to failures. */
  public void register(RoutesConfig routes) {
    paths.forEach((path, rows) -> register(routes, path, rows));
    routes.exception(Problem.class, (problem, http) -> HttpReplies.write(http, problem));
    routes.exception(HttpResponseException.class, RouteTable::fromJavalin);
    routes.exception(Exception.class, RouteTable::unexpected);
  }

  private static void register(RoutesConfig routes, String path, List<Row> rows) {
    List<HandlerType> taken =
        rows.stream().flatMap(row -> row.operation().methods().stream()).toList();
    String allow =
        Stream.concat(taken.stream(), Stream.of(OPTIONS))
            .map(HandlerType::name)
            .collect(Collectors.joining(", "));
    HttpMetrics.Route route = new HttpMetrics.Route(path);
    for (Row row : rows) {
      row.operation()
          .methods()
          .forEach(method -> routes.addHttpHandler(method, path, measured(route, row.handler())));
    }
    routes.addHttpHandler(
        OPTIONS, path, measured(route, http -> http.status(204).header("Allow", allow)));
    for (HandlerType other : List.of(GET, HEAD, POST, PUT, PATCH, DELETE, TRACE)) {
      if (!taken.contains(other)) {
        routes.addHttpHandler(other, path, measured(route, http -> refuse(http, allow)));
      }
    }
  }

  private static Handler measured(HttpMetrics.Route route, Handler handler) {
    return http -> {
      HttpMetrics.at(route, SlowClients.Reading.request(http));
      handler.handle(http);
    };
  }

  private static void refuse(Context http, String allow) {
    throw Problem.ofGateway(
            405,
            "method-not-allowed",
            "%s does not take %s, but %s".formatted(http.path(), http.method(), allow))
        .header("Allow", allow);
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
    LoggingEventBuilder line = LOGGER.atError().addKeyValue("path", http.path());
    HttpReplies.requestId(http)
        .map(id -> line.addKeyValue(CallLogging.REQUEST, id))
        .orElse(line)
        .setCause(e)
        .log("a request failed");
    HttpReplies.write(
        http, Problem.ofGateway(500, "internal", "this gateway failed; its log says why"));
  }
}
