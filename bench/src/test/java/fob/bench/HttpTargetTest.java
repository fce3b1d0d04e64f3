package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import fob.bench.counts.Serving;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpTargetTest {

  private final List<String> paths = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          paths.add(exchange.getRequestURI().getPath());
          byte[] body = "fine".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpTarget target(String expected) {
    List<byte[]> requests =
        List.of(
            HttpConnection.request("GET", "/a", "", ""),
            HttpConnection.request("GET", "/b", "", ""),
            HttpConnection.request("GET", "/c", "", ""));
    return new HttpTarget(
        "test",
        Serving.FOB,
        server.getAddress(),
        requests,
        response -> response.body().equals(expected));
  }

  @Test
  void clientSendsAllRequestsInTurns() throws Exception {
    try (Target.Client client = target("fine").client()) {
      for (int i = 0; i < 6; i++) {
        client.call();
      }
    }
    assertThat(paths.subList(0, 3)).containsExactlyInAnyOrder("/a", "/b", "/c");
    assertThat(paths.subList(3, 6)).isEqualTo(paths.subList(0, 3));
  }

  @Test
  void wrongReplyIsAnError() throws Exception {
    try (Target.Client client = target("other").client()) {
      assertThatThrownBy(client::call)
          .hasMessageContaining("wrong reply")
          .hasMessageContaining("fine");
    }
  }
}
