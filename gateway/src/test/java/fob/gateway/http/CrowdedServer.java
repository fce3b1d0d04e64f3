package fob.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import fob.gateway.tls.TlsFiles;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server with small bounds and short limits, and clients that keep their connections open until
 * it is closed.
 */
final class CrowdedServer implements AutoCloseable {

  static final int MIB = 1024 * 1024;
  static final int REQUEST_BYTES = 8 * MIB;
  static final int CONNECTIONS = 1_100;

  /** More than the operating system takes of a reply that nobody reads. */
  static final int BIG = 24 * MIB;

  /** Short, so that no test waits for long. */
  private static final SlowClients.Limits LIMITS =
      new SlowClients.Limits(
          Duration.ofMillis(500),
          Duration.ofMillis(200),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofMillis(50));

  private final List<Socket> clients = new ArrayList<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private final byte[] big = new byte[BIG];
  private final HttpServer server;
  private final Javalin http;

  CrowdedServer() throws UnknownHostException {
    this(Optional.empty());
  }

  /**
   * @param tls the certificate; empty: without TLS
   */
  CrowdedServer(Optional<TlsFiles> tls) throws UnknownHostException {
    Bounds bounds = new Bounds(10, CONNECTIONS, REQUEST_BYTES, 2L * BIG);
    server = new HttpServer(new HttpConfig("127.0.0.1", 0, List.of(), bounds, tls), LIMITS);
    Downloads downloads = server.downloads();
    http =
        server
            .create(routes -> {
              routes.get(
                  "/download", context -> downloads.send(context, BIG, out -> out.write(big)));
              routes.get("/broken", context -> downloads.send(context, BIG, this::breakOff));
              routes.get("/lost", context -> downloads.send(context, BIG, _ -> lost()));
              routes.post("/upload", this::upload);
              routes.get("/big", context -> context.result(big));
              routes.get("/wait", this::waitForTheSignal);
              routes.exception(
                  Problem.class, (problem, context) -> HttpReplies.write(context, problem));
            })
            .start();
  }

  private void breakOff(OutputStream out) throws IOException {
    out.write(big, 0, BIG / 2);
    throw new IOException("the source has failed");
  }

  private static void lost() {
    throw Problem.busUnavailable("nothing can be read");
  }

  private void upload(Context context) {
    try (Body body = server.bodies().read(context, "the upload")) {
      context.result(Integer.toString(body.bytes().length));
    }
  }

  private void waitForTheSignal(Context context) throws InterruptedException {
    context.result(Boolean.toString(go.await(20, TimeUnit.SECONDS)));
  }

  /** Ends what {@code /wait} waits for. */
  void go() {
    go.countDown();
  }

  int port() {
    return http.port();
  }

  /** The bytes that requests hold. */
  long requestBytes() {
    return server.requests().used();
  }

  /** The bytes that replies hold which clients have not read. */
  long replyBytes() {
    return server.replies().used();
  }

  Socket connect() throws IOException {
    Socket client = RawHttp.connect(http.port());
    clients.add(client);
    return client;
  }

  /** Sends a request and does not read the reply. */
  Socket get(String target) throws IOException {
    Socket client = connect();
    String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.getOutputStream().write(request.getBytes(ISO_8859_1));
    return client;
  }

  static String head(int length) {
    return "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
        .formatted(length);
  }

  /** Announces more than it sends. A server that has refused it may have reset the connection. */
  Socket beginUpload(int announced, int sent) throws IOException {
    Socket client = connect();
    client.getOutputStream().write(head(announced).getBytes(ISO_8859_1));
    try {
      client.getOutputStream().write(new byte[sent]);
    } catch (SocketException refused) {
      return client;
    }
    return client;
  }

  /** A whole upload; the reply is its length. */
  String upload(int length) {
    return RawHttp.send(http.port(), head(length) + "x".repeat(length)).text();
  }

  @Override
  public void close() throws IOException {
    go();
    for (Socket client : clients) {
      client.close();
    }
    http.stop();
  }
}
