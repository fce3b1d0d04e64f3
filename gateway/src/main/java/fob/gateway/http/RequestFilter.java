package fob.gateway.http;

import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What every request has to pass, whatever its path and method, before a route sees it.
 * Thread-safe.
 */
final class RequestFilter extends Handler.Wrapper {

  /**
   * Tell nothing of functions, have no effects, and are asked under whatever name an agent uses.
   */
  private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");

  /** Smaller request lines and headers are many connections' ordinary memory. */
  private static final int COUNTED = 4 * 1024;

  private final CrossOriginCheck foreignPages;
  private final ByteBudget budget;

  RequestFilter(CrossOriginCheck foreignPages, ByteBudget budget) {
    this.foreignPages = foreignPages;
    this.budget = budget;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    try {
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

  /** The request line and the headers stay in memory as long as the request does. */
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
