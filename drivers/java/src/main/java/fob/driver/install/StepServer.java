package fob.driver.install;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fob.driver.json.JsonWriter;
import fob.driver.json.NotJson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command {@code serve}: takes one step over HTTP, for platforms that cannot mount folders.
 * Each request has a thread.
 */
final class StepServer {

  private static final Pattern LISTEN = Pattern.compile("tcp:(.+):(\\d{1,5})");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int MOST_CONNECTIONS = 32;

  /** A length of a body that is worth being read to its end. */
  private static final Pattern LENGTH = Pattern.compile("\\d{1,6}");

  private final Path folder;
  private final Step step;
  private final StepRequest.Rules rules;

  private StepServer(Path folder, String token) {
    this.folder = folder;
    this.step = new Step(folder);
    this.rules = new StepRequest.Rules(token);
  }

  /**
   * Serves until the process is killed.
   *
   * @throws Problem if settings are wrong
   */
  static void start(Map<String, String> environment, Path folder) throws IOException, Problem {
    String address = environment.getOrDefault("FOB_LISTEN", "tcp:0.0.0.0:8080");
    String token = environment.getOrDefault("FOB_INSTALL_TOKEN_SHA256", "");
    Matcher listen = LISTEN.matcher(address);
    StringBuilder wrong = new StringBuilder();
    if (!listen.matches()) {
      wrong.append("FOB_LISTEN is '").append(address).append("', expected tcp:HOST:PORT");
    }
    if (!SHA256.matcher(token).matches()) {
      wrong
          .append(wrong.isEmpty() ? "" : "; ")
          .append("FOB_INSTALL_TOKEN_SHA256 must be the SHA-256 of a token, ")
          .append("64 digits of 0-9 and a-f");
    }
    if (!wrong.isEmpty()) {
      throw new Problem(wrong.toString());
    }
    new StepServer(folder, token)
        .listen(
            new InetSocketAddress(
                listen.group(1).replaceAll("^\\[|]$", ""), Integer.parseInt(listen.group(2))));
  }

  private void listen(InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, MOST_CONNECTIONS);
    server.setExecutor(
        new ThreadPoolExecutor(
            MOST_CONNECTIONS,
            MOST_CONNECTIONS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MOST_CONNECTIONS)));
    server.createContext("/", this::handle);
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    server.start();
    System.out.println("{\"event\":\"listening\",\"port\":" + server.getAddress().getPort() + "}");
  }

  private void end() {
    step.kill();
    try {
      Main.delete(folder);
    } catch (IOException | RuntimeException left) {
      System.err.println("files are left in " + folder + ": " + left);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Connection", "close");
    try {
      if (exchange.getRequestMethod().equals("GET")
          && exchange.getRequestURI().getPath().equals("/health")) {
        answer(exchange, 200, Map.of("state", step.state()));
      } else {
        run(exchange);
      }
    } catch (StepRequest.Refused refused) {
      skipBody(exchange);
      answer(
          exchange,
          refused.status(),
          Map.of(
              "error",
              Map.of("reason", refused.reason(), "message", String.valueOf(refused.getMessage()))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      System.err.println("a request failed: " + e);
      throw e;
    } finally {
      exchange.close();
    }
  }

  private void run(HttpExchange exchange)
      throws IOException, InterruptedException, StepRequest.Refused {
    StepRequest request = rules.check(exchange);
    Path body = Files.createTempFile(folder, "body-", "");
    try (OutputStream to = Files.newOutputStream(body)) {
      exchange.getRequestBody().transferTo(to);
    }
    if (!step.take()) {
      throw new StepRequest.Refused(
          409, "done", "this installer has its one step already: start another one");
    }
    Step.End end = step.run(request, body);
    Integer exit = end.exit();
    if (exit == null || exit != 0) {
      Map<String, Object> said = new HashMap<>();
      said.put("exit", exit);
      said.put("lines", end.lines());
      answer(exchange, exit == null ? 504 : 422, said);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/gzip");
    exchange.sendResponseHeaders(200, Files.size(step.archive()));
    Files.copy(step.archive(), exchange.getResponseBody());
  }

  /** A client that is still writing would not see the answer when the connection is closed. */
  private static void skipBody(HttpExchange exchange) throws IOException {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    if (length != null && LENGTH.matcher(length).matches()) {
      exchange.getRequestBody().readNBytes(Integer.parseInt(length));
    }
  }

  private static void answer(HttpExchange exchange, int status, Object value) throws IOException {
    try {
      byte[] body = JsonWriter.write(value, Integer.MAX_VALUE).toBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
      exchange.getResponseBody().flush(); // closing reads the rest of the request first
    } catch (NotJson e) {
      throw new IllegalStateException(e);
    }
  }
}
