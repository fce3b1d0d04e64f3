package fob.gateway;

import static fob.gateway.EchoServer.HOST;
import static fob.gateway.EchoServer.assertProblem;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.gateway.http.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several requests on one connection, and requests that are put together at random. */
@Timeout(60)
class RequestStreamTest {

  @RegisterExtension static final EchoServer server = new EchoServer();

  @Test
  void twoLengthsOfOneBodyAreNeverGuessed() throws IOException {
    // Given: a proxy that takes the one length lets a second request through in the body.
    String smuggled =
        "POST /echo HTTP/1.1\r\n"
            + HOST
            + "Content-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n"
            + "GET /healthz HTTP/1.1\r\n"
            + HOST
            + "\r\n";

    // When
    try (Socket client = RawHttp.connect(server.port())) {
      client.getOutputStream().write(smuggled.getBytes(ISO_8859_1));
      String all = new String(client.getInputStream().readAllBytes(), ISO_8859_1);

      // Then: one response, and the connection has ended.
      assertThat(all).startsWith("HTTP/1.1 400").doesNotContain("\"ok\"");
    }
  }

  @Test
  void bodyInAnEncodingThatIsNotReadIsRefused() {
    // When
    RawHttp.Reply reply =
        RawHttp.send(
            server.port(),
            "POST /echo HTTP/1.1\r\n"
                + HOST
                + "Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");

    // Then
    assertProblem(reply, 501);
  }

  @Test
  void requestsThatComeAtOnceAreAnsweredInTheirOrder() throws IOException {
    try (Socket client = RawHttp.connect(server.port())) {
      String one = "GET /healthz HTTP/1.1\r\n" + HOST + "\r\n";
      String two = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\n{}";
      client.getOutputStream().write((one + two + one).getBytes(ISO_8859_1));

      assertThat(RawHttp.read(client.getInputStream()).text()).contains("ok");
      assertThat(RawHttp.read(client.getInputStream()).text()).startsWith("{}");
      assertThat(RawHttp.read(client.getInputStream()).text()).contains("ok");
    }
  }

  @Test
  void nothingThatIsReadOfARequestEndsInAFailureOfTheGateway() {
    Random random = new Random(20_261_125);
    List<String> names =
        List.of(
            "Content-Type",
            "Prefer",
            "Idempotency-Key",
            "traceparent",
            "Origin",
            "Expect",
            "Host",
            "Content-Encoding",
            "Transfer-Encoding",
            "Connection",
            "Accept",
            "Cookie",
            "Range",
            "Sec-Fetch-Site",
            "X-Forwarded-For",
            "Upgrade",
            "Accept-Charset",
            "If-Match",
            "Date");
    List<String> targets =
        List.of("/echo?", "/api/call/", "/api/result/1?since=", "/api/dead?limit=", "/api/gen?");
    for (int i = 0; i < 600; i++) {
      String name = names.get(random.nextInt(names.size()));
      String target = targets.get(random.nextInt(targets.size())) + token(random).replace(" ", "");
      String header = name + ": " + token(random) + "\r\n";

      int status = server.post(target, header, "{}").status();

      assertThat(status).as("%s with %s", target, header).isNotEqualTo(500).isBetween(200, 505);
    }
  }

  /** What parsers stumble over, put together at random. */
  private static String token(Random random) {
    String[] parts = {
      "a",
      "=",
      ":",
      ";",
      ",",
      "\"",
      "%",
      "%FF",
      "%0",
      "charset=",
      "utf-8",
      "x/y",
      "q=",
      "wait=",
      "respond-async",
      "9999999999999999999",
      "-1",
      "\t",
      " ",
      "\u00ff",
      "*",
      "/",
      "\\",
      "null",
      "application/json",
      "http://",
      "[::1]",
      "[",
      "100-continue",
      "chunked",
      "2026-01-01T00:00:00Z",
      "+1000000000-12-31T23:59:59Z",
      "multipart/form-data; boundary=",
      "bytes=0-"
    };
    StringBuilder text = new StringBuilder();
    for (int count = random.nextInt(1, 6); count > 0; count--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return new String(text.toString().getBytes(UTF_8), ISO_8859_1).strip();
  }
}
