package fob.gateway;

import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What every request has to pass, whatever its path and method, before a route sees it.
 * Thread-safe.
 */
final class Edge extends Handler.Wrapper {

  /**
   * Tell nothing of functions, have no effects, and are asked under whatever name an agent uses.
   */
  private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");

  private final ForeignPages foreignPages;

  Edge(ForeignPages foreignPages) {
    this.foreignPages = foreignPages;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    try {
      if (!HEALTH.contains(Request.getPathInContext(request))) {
        foreignPages.refuse(request);
      }
    } catch (Problem problem) {
      JettyErrors.write(problem, response, callback);
      return true;
    }
    return super.handle(request, response, callback);
  }
}
