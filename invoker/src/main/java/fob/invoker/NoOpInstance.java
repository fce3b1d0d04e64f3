package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.function.Instance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;

/**
 * An instance in this JVM that speaks the contract of drivers and does nothing. It listens on a
 * free port of the loopback address. Thread-safe.
 */
final class NoOpInstance implements AutoCloseable {

  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
  private static final byte[] RESULT = "{\"result\":null}".getBytes(UTF_8);

  private final HttpServer server;

  private NoOpInstance(HttpServer server) {
    this.server = server;
  }

  static NoOpInstance start() throws IOException {
    HttpServer server =
        ServerBootstrap.bootstrap()
            .setLocalAddress(InetAddress.getLoopbackAddress())
            .setListenerPort(0)
            .setCanonicalHostName(HOST)
            .register("/run", NoOpInstance::run)
            .create();
    server.start();
    return new NoOpInstance(server);
  }

  private static void run(
      ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context)
      throws HttpException, IOException {
    EntityUtils.consume(request.getEntity());
    response.setCode(HttpStatus.SC_OK);
    response.setHeader(request.getHeader(RunRequest.ID));
    response.setEntity(new ByteArrayEntity(RESULT, ContentType.APPLICATION_JSON));
  }

  /** Returns the instance as invokers know it. */
  Instance instance() {
    return new Instance("warm-up", URI.create("http://" + HOST + ":" + server.getLocalPort()));
  }

  @Override
  public void close() {
    server.close(CloseMode.IMMEDIATE);
  }
}
