package fob.fakemarathon;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Handles every request before its resource does: counts it, checks the limit of concurrent
 * requests and the access, makes injected faults, and passes it to the leader. Each request has a
 * virtual thread. Thread-safe.
 */
final class HttpFront implements HttpHandler {

  private final String prefix;
  private final Access access;
  private final Faults faults;
  private final RequestCounts counts;
  private final Leadership leadership;
  private final LeaderProxy proxy;
  private final Router router;
  private final EventStream events;
  private final Semaphore places;

  HttpFront(
      MarathonOptions options,
      Faults faults,
      RequestCounts counts,
      Leadership leadership,
      LeaderProxy proxy,
      Router router,
      EventStream events) {
    this.prefix = options.pathPrefix;
    this.access = options.access;
    this.faults = faults;
    this.counts = counts;
    this.leadership = leadership;
    this.proxy = proxy;
    this.router = router;
    this.events = events;
    this.places = new Semaphore(options.maxConcurrentRequests);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      serve(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is closing
    }
  }

  private void serve(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    if (path.equals(DcosAccess.LOGIN) && access instanceof DcosAccess dcos) {
      counts.count(exchange.getRequestMethod() + " " + path);
      send(exchange, dcos.login(request(exchange, "", body)));
      return;
    }
    if (!path.startsWith(prefix + "/")) {
      send(exchange, Answer.text(404, "text/plain", "not below " + prefix));
      return;
    }
    Request request = request(exchange, prefix, body);
    Route route = Route.of(request.path());
    counts.count(request.method() + " " + route.kind());
    if (!places.tryAcquire()) {
      send(exchange, Answer.text(503, "text/html", "<html><body>Too many requests</body></html>"));
      return;
    }
    boolean held = true;
    try {
      if (isEvents(route) && access.refuse(request).isEmpty() && leadership.isSelf()) {
        places.release(); // a stream is not a request that is being worked on
        held = false;
      }
      answer(exchange, request, route);
    } finally {
      if (held) {
        places.release();
      }
    }
  }

  private static boolean isEvents(Route route) {
    return route.kind().equals("/v2/events");
  }

  private void answer(HttpExchange exchange, Request request, Route route)
      throws IOException, InterruptedException {
    var refusal = access.refuse(request);
    if (refusal.isPresent()) {
      send(exchange, refusal.get());
      return;
    }
    String methodAndPath = request.method() + " " + request.path();
    faults.awaitHolds(methodAndPath);
    switch (faults.effect(methodAndPath)) {
      case null -> answerAsUsual(exchange, request, route);
      case Faults.Effect.AnswerInstead(Answer answer) -> send(exchange, answer);
      case Faults.Effect.LoseRequest() -> exchange.close();
      case Faults.Effect.LoseReply() -> {
        var _ = router.answer(request, route);
        exchange.close();
      }
    }
  }

  private void answerAsUsual(HttpExchange exchange, Request request, Route route)
      throws IOException, InterruptedException {
    if (!leadership.isSelf()) {
      send(exchange, proxy.answer(request, isEvents(route)));
    } else if (!isEvents(route)) {
      Answer answer = router.answer(request, route);
      send(exchange, answer.with("X-Marathon-Leader", leadership.self().toString()));
    } else if (!request.method().equals("GET") || !request.accept().contains("text/event-stream")) {
      send(exchange, Refusal.of(405, "HTTP 405 Method Not Allowed").answer());
    } else {
      events.serve(exchange, Set.copyOf(request.all("event_type")));
    }
  }

  private static Request request(HttpExchange exchange, String prefix, byte[] body) {
    String query = exchange.getRequestURI().getRawQuery();
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath().substring(prefix.length()),
        exchange.getRequestURI().getRawPath().substring(prefix.length())
            + (query == null ? "" : "?" + query),
        Request.parseQuery(query),
        exchange.getRequestHeaders(),
        body,
        exchange.getRemoteAddress());
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      exchange.getResponseHeaders().set(header.getKey(), header.getValue());
    }
    byte[] bytes = answer.bytes();
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
