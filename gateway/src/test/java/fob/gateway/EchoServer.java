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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The gateway's HTTP server for the tests of one class, which register it as an extension. Its
 * routes are the real ones; without Kafka they answer 503. Besides there is {@code POST /echo},
 * which answers with the payload that a call would have.
 */
final class EchoServer implements BeforeAllCallback, AfterAllCallback {

  static final String HOST = "Host: localhost\r\n";

  private @Nullable Javalin http;

  @Override
  public void beforeAll(ExtensionContext context) throws UnknownHostException {
    HttpServer server =
        new HttpServer(HttpConfig.standard("127.0.0.1", 0), SlowClients.Limits.STANDARD);
    Routes routes =
        new Routes(
            Optional::empty,
            () -> Optional.of(Problem.busUnavailable("waiting for Kafka")),
            Optional::empty);
    Payloads payloads = new Payloads(server.bodies());
    http =
        server
            .create(more -> {
              routes.register(more);
              more.post(
                  "/echo", Operation.open(HandlerType.POST, true, call -> echo(call, payloads)));
            })
            .start();
  }

  private static void echo(Context context, Payloads payloads) {
    var _ = Prefer.of(context);
    try (Payloads.Payload payload = payloads.ofBody(context, Parameters.of(context))) {
      context.header("Fob-Content-Type", payload.contentType()).result(payload.bytes());
    }
  }

  int port() {
    return Objects.requireNonNull(http, "not started").port();
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
  public void afterAll(ExtensionContext context) {
    Objects.requireNonNull(http, "not started").stop();
  }
}
