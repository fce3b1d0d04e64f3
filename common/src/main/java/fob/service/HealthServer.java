package fob.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /healthz}, {@code /readyz} and {@code /metrics} for a service that has no HTTP API
 * of its own. Nothing of it needs a key.
 */
public final class HealthServer implements AutoCloseable {

  private final HttpServer server;

  /** Starts to listen for a service that has no warnings. */
  public HealthServer(String host, int port, Supplier<Optional<String>> unready)
      throws IOException {
    this(host, port, unready, Optional::empty, _ -> Optional.empty());
  }

  /**
   * Starts to listen.
   *
   * @param port 0 takes a free port, see {@link #port}
   * @param unready returns why the service is not ready, or empty if it is; called by several
   *     threads
   * @param warning returns what an operator should change although the service is ready, or empty;
   *     called by several threads
   * @param metrics returns the series in the format of an {@code Accept} header, or empty if there
   *     are none; called by several threads
   * @throws IOException if it cannot listen on this host and port; the message is for the user
   */
  public HealthServer(
      String host,
      int port,
      Supplier<Optional<String>> unready,
      Supplier<Optional<String>> warning,
      Function<@Nullable String, Optional<Exposition>> metrics)
      throws IOException {
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (BindException e) {
      throw new IOException(
          "port %d on %s cannot be used: %s; set FOB_HOST or FOB_PORT"
              .formatted(port, host, e.getMessage()),
          e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/healthz", exchange -> answer(exchange, 200, "ok"));
    server.createContext(
        "/readyz",
        exchange -> {
          Optional<String> why = unready.get();
          answer(exchange, why.isEmpty() ? 200 : 503, why.orElseGet(() -> ready(warning.get())));
        });
    server.createContext(
        "/metrics",
        exchange -> {
          String accept = exchange.getRequestHeaders().getFirst("Accept");
          Optional<Exposition> series = metrics.apply(accept);
          if (series.isPresent()) {
            answer(exchange, 200, series.get());
          } else {
            answer(
                exchange, 404, "there are no metrics: the service is starting, or FOB_METRICS=off");
          }
        });
    server.start();
  }

  private static String ready(Optional<String> warning) {
    return "ready" + warning.map(text -> "\nwarning: " + text).orElse("");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    answer(
        exchange,
        status,
        new Exposition("text/plain; charset=utf-8", (text + "\n").getBytes(UTF_8)));
  }

  private static void answer(HttpExchange exchange, int status, Exposition text)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", text.contentType());
      exchange.sendResponseHeaders(status, text.body().length);
      exchange.getResponseBody().write(text.body());
    }
  }

  /** Returns the port that the server listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
