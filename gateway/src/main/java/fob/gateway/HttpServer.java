package fob.gateway;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.RoutesConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** How Javalin and Jetty are set up: what a request meets before it meets a route. */
final class HttpServer {

  private static final Duration STOP = Duration.ofSeconds(2);

  /** Of the request line and all headers: the parameters of a GET call are in there. */
  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private final ForeignPages foreignPages;

  private HttpServer(GatewayConfig config, InetAddress bound) {
    this.foreignPages =
        new ForeignPages(
            new OwnHosts(bound, List.of(config.host(), machineName()), config.hosts()));
  }

  /**
   * A server that does not listen yet.
   *
   * @throws UnknownHostException if the host to listen on has no address
   */
  static Javalin create(GatewayConfig config, Consumer<RoutesConfig> routes)
      throws UnknownHostException {
    HttpServer server = new HttpServer(config, InetAddress.getByName(config.host()));
    return Javalin.create(javalin -> {
      javalin.concurrency.useVirtualThreads = true;
      javalin.jetty.host = config.host();
      javalin.jetty.port = config.port();
      // Bodies has the real bound.
      javalin.http.maxRequestSize = Long.MAX_VALUE;
      javalin.http.prefer405over404 = true;
      javalin.http.compressionStrategy = CompressionStrategy.NONE;
      javalin.startup.showJavalinBanner = false;
      javalin.startup.showOldJavalinVersionWarning = false;
      javalin.startup.startupWatcherEnabled = false;
      javalin.jetty.modifyServer(server::setUp);
      javalin.jetty.modifyHttpConfiguration(HttpServer::setUp);
      javalin.jetty.modifyServletContextHandler(
          servlets -> servlets.setErrorHandler(new JettyErrors()));
      routes.accept(javalin.routes);
    });
  }

  private void setUp(Server jetty) {
    jetty.setErrorHandler(new JettyErrors());
    jetty.insertHandler(new Edge(foreignPages));
    // Stopping waits so long for requests under way.
    jetty.setStopTimeout(STOP.toMillis());
    jetty.insertHandler(new GracefulHandler());
  }

  private static void setUp(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
  }

  private static String machineName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
