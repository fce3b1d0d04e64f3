package fob.gateway.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One operation of a path. A request with a body or a query parameter that the operation does not
 * take is refused, not ignored.
 *
 * @param methods the HTTP methods of the operation
 * @param takesBody whether a request may have a body
 * @param query the query parameters that a request may have
 * @param action handles a request
 */
public record Operation(List<HandlerType> methods, boolean takesBody, Query query, Action action)
    implements Handler {

  /** Handles a request; gets the query's parameters unless it reads the query itself. */
  @FunctionalInterface
  public interface Action {
    void run(Context http, Map<String, String> query) throws Exception;
  }

  /** The query parameters that a request may have. */
  sealed interface Query {
    /** Any; the action reads the query itself. */
    record Any() implements Query {}

    /** Only parameters with these names. */
    record Of(Set<String> names) implements Query {}
  }

  private static final Query ANY = new Query.Any();

  /** Returns the names of query parameters; empty if the action reads the query itself. */
  public Optional<Set<String>> queryNames() {
    return query instanceof Query.Of(Set<String> names) ? Optional.of(names) : Optional.empty();
  }

  /** GET and HEAD, with these query parameters and no body. */
  public static Operation readable(Action action, String... queryNames) {
    return new Operation(List.of(HandlerType.GET, HandlerType.HEAD), false, of(queryNames), action);
  }

  /** A method that takes neither a query nor a body. */
  public static Operation plain(HandlerType method, Handler action) {
    return new Operation(List.of(method), false, of(), (http, _) -> action.handle(http));
  }

  /** A method whose action reads the query itself and may take a body. */
  public static Operation open(HandlerType method, boolean takesBody, Handler action) {
    return new Operation(List.of(method), takesBody, ANY, (http, _) -> action.handle(http));
  }

  /** A method that takes a body and no query. */
  public static Operation taking(HandlerType method, Handler action) {
    return new Operation(List.of(method), true, of(), (http, _) -> action.handle(http));
  }

  private static Query of(String... names) {
    return new Query.Of(new TreeSet<>(Arrays.asList(names)));
  }

  @Override
  public void handle(Context http) throws Exception {
    action.run(http, read(http));
  }

  /**
   * Reads the query's parameters.
   *
   * @return none if the action reads the query itself
   * @throws Problem 400 if the request has a part that the operation does not take
   */
  Map<String, String> read(Context http) {
    if (!takesBody) {
      requireNoBody(http);
    }
    return switch (query) {
      case Query.Any() -> Map.of();
      case Query.Of(Set<String> names) -> known(Parameters.of(http), names);
    };
  }

  private static Map<String, String> known(Map<String, String> parameters, Set<String> names) {
    parameters.keySet().stream()
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(name -> refuse(name, names));
    return parameters;
  }

  private static void refuse(String name, Set<String> names) {
    throw Problem.badRequest(
        "there is no parameter '%s' here; %s"
            .formatted(
                name,
                names.isEmpty() ? "there are none" : "there are " + String.join(", ", names)));
  }

  private static void requireNoBody(Context http) {
    if (http.req().getContentLengthLong() > 0 || http.header("Transfer-Encoding") != null) {
      throw Problem.badRequest(
              "%s %s takes no body; parameters of a call go into the query of a GET, or into the body"
                      .formatted(http.method(), http.path())
                  + " of a POST")
          .header("Connection", "close");
    }
  }
}
