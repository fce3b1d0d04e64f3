package fob.gateway.http;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.OPTIONS;
import static io.javalin.http.HandlerType.PATCH;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;
import static io.javalin.http.HandlerType.TRACE;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of an HTTP API, by path. From its rows come the routes, the index of the API, the
 * answer to OPTIONS, and the refusal of other methods. Failures of all operations are written here.
 * Filled and registered by one thread.
 */
public final class RouteTable {

  private static final Logger LOGGER = LoggerFactory.getLogger(RouteTable.class);

  private final Map<String, List<Operation>> paths = new LinkedHashMap<>();
  private final StringBuilder index = new StringBuilder();

  /** Adds an operation that the index does not list. */
  public RouteTable add(String path, Operation operation) {
    paths.computeIfAbsent(path, _ -> new ArrayList<>()).add(operation);
    return this;
  }

  /**
   * Adds an operation.
   *
   * @param line describes it in the index
   */
  public RouteTable add(String path, Operation operation, String line) {
    index.append(line).append('\n');
    return add(path, operation);
  }

  /** The lines of all operations, each with its line end. */
  public String index() {
    return index.toString();
  }

  /** Registers all operations, and the replies to failures. */
  public void register(RoutesConfig routes) {
    paths.forEach((path, operations) -> register(routes, path, operations));
    routes.exception(Problem.class, (problem, http) -> HttpReplies.write(http, problem));
    routes.exception(HttpResponseException.class, RouteTable::fromJavalin);
    routes.exception(Exception.class, RouteTable::unexpected);
  }

  private static void register(RoutesConfig routes, String path, List<Operation> operations) {
    List<HandlerType> taken =
        operations.stream().flatMap(operation -> operation.methods().stream()).toList();
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
