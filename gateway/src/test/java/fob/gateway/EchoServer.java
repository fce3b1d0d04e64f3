package fob.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import fob.gateway.call.Payloads;
import fob.gateway.http.HttpConfig;
import fob.gateway.http.HttpServer;
import fob.gateway.http.Operation;
import fob.gateway.http.Parameters;
import fob.gateway.http.Prefer;
import fob.gateway.http.Problem;
import fob.gateway.http.RawHttp;
import fob.gateway.http.SlowClients;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * The gateway's HTTP side with its real routes, which have no bus and answer 503, and {@code POST
 * /echo}, which answers with the payload that a call would have.
 */
final class EchoServer implements AutoCloseable {

  static final String HOST = "Host: localhost\r\n";

  private final Payloads payloads;
  private final Javalin http;

  EchoServer() throws UnknownHostException {
    HttpConfig config = HttpConfig.standard("127.0.0.1", 0);
    HttpServer server = new HttpServer(config, SlowClients.Limits.STANDARD);
    this.payloads = new Payloads(server.bodies());
    Routes routes =
        new Routes(Optional::empty, () -> Optional.of(Problem.busUnavailable("waiting for Kafka")));
    this.http =
        server
            .create(more -> {
              routes.register(more);
              more.post("/echo", Operation.open(HandlerType.POST, true, this::echo));
            })
            .start();
  }

  private void echo(Context context) {
    var _ = Prefer.of(context);
    try (Payloads.Payload payload = payloads.ofBody(context, Parameters.of(context))) {
      context.header("Fob-Content-Type", payload.contentType()).result(payload.bytes());
    }
  }

  int port() {
    return http.port();
  }

  RawHttp.Reply send(String method, String target, String... headers) {
    return RawHttp.send(port(), method, target, headers);
  }

  /**
   * @param headers each with its line end
   */
  RawHttp.Reply post(String target, String headers, String body) {
    return RawHttp.send(
        port(),
        "POST %s HTTP/1.1\r\n%s%sContent-Length: %d\r\n\r\n%s"
            .formatted(target, HOST, headers, body.length(), body));
  }

  static RawHttp.Reply assertProblem(RawHttp.Reply reply, int status) {
    assertThat(reply.status()).as(reply.head() + reply.text()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
    assertThat(reply.json().path("status").asInt()).isEqualTo(status);
    assertThat(reply.detail()).isNotEmpty();
    assertThat(reply.text()).endsWith("}\n");
    return reply;
  }

  @Override
  public void close() {
    http.stop();
  }
}
