package fob.gateway.http;

import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Checks every request before its route runs, whatever its path and method. Thread-safe. */
final class RequestFilter extends Handler.Wrapper {

  /** These paths show no functions and change nothing, and health checkers use any host name. */
  private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");

  /** Request lines and headers of up to 4 KiB do not count against the budget. */
  private static final int COUNTED = 4 * 1024;

  /** Browsers that have come by TLS come by nothing else for a year. */
  private static final HttpField HSTS =
      new PreEncodedHttpField("Strict-Transport-Security", "max-age=31536000");

  private final CrossOriginCheck foreignPages;
  private final ByteBudget budget;
  private final HttpMetrics metrics;
  private final boolean tls;

  /**
   * @param tls whether the gateway refuses requests without TLS
   */
  RequestFilter(
      CrossOriginCheck foreignPages, ByteBudget budget, HttpMetrics metrics, boolean tls) {
    this.metrics = metrics;
    this.foreignPages = foreignPages;
    this.budget = budget;
    this.tls = tls;
  }

  @Override
  public boolean handle(Request request, Response raw, Callback callback) throws Exception {
    Response response = new EarlyReply(request, raw);
    metrics.begin(request, response);
    SecurityHeaders.put(response.getHeaders());
    try {
      requireTls(request, response);
      if (!HEALTH.contains(Request.getPathInContext(request))) {
        foreignPages.refuse(request);
      }
      count(request, RequestRules.check(request));
    } catch (Problem problem) {
      JettyErrors.write(problem, response, callback);
      return true;
    }
    return super.handle(request, response, callback);
  }

  private void requireTls(Request request, Response response) {
    if (!tls) {
      return;
    }
    if (!request.isSecure()) {
      throw Problem.ofGateway(
              400, "tls-needed", "this gateway speaks TLS alone: use https:// instead of http://")
          .header("Connection", "close");
    }
    response.getHeaders().put(HSTS);
  }

  /** Counts the request line and headers, which stay in memory as long as the request. */
  private void count(Request request, int size) {
    if (size > COUNTED) {
      ByteBudget.Lease lease = budget.lease();
      if (!lease.grow(size, size)) {
        throw BodyReader.overloaded(budget);
      }
      Request.addCompletionListener(request, _ -> lease.close());
    }
  }
}
