package fob.gateway;

import static fob.gateway.EchoServer.HOST;
import static fob.gateway.EchoServer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import fob.gateway.http.RawHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests byte by byte: what is malformed is told so, by a problem, whatever its method. */
@Timeout(60)
class MalformedRequestTest {

  @RegisterExtension static final EchoServer server = new EchoServer();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain\r\nContent-Type: text/html\r\n",
        "Idempotency-Key: a\r\nIdempotency-Key: a\r\n",
        "idempotency-key: a\r\nIDEMPOTENCY-KEY: b\r\n",
        "traceparent: a\r\nTraceparent: b\r\n",
        "Prefer: wait=abc\r\n",
        "Content-Type: garbage\r\n",
        "Content-Type: text/\r\n",
        "Content-Type: text/pl\u00e4in\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 2\r\n",
        "Host: localhost\r\n",
        "Bad Name: x\r\n",
        "NoColon\r\n",
        "X: a\r\n folded: b\r\n"
      })
  void headersThatContradictThemselvesAreRefused(String headers) {
    RawHttp.Reply reply = assertProblem(server.post("/echo", headers, "x"), 400);

    assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Encoding: gzip, 415",
    "Content-Encoding: identity, 200",
    "Content-Type: application/json; charset=utf-8, 200",
    "Content-Type: application/json; charset=nonsense, 415",
    "Content-Type: application/json; charset=iso-8859-1, 415",
    "Content-Type: text/plain; charset=nonsense, 200",
    "Content-Type: text/plain; charset=, 200",
    "Content-Type: text/plain; charset, 200",
    "Expect: nonsense, 417",
    "Sec-WebSocket-Version: 13, 404",
    "Upgrade: h2c, 400",
    "Accept: nonsense, 200",
    "Cookie: nonsense; ;=, 200",
    "Range: bytes=x, 200"
  })
  void headerHasItsStatus(String header, int status) {
    // When
    RawHttp.Reply reply = server.post("/echo", header + "\r\n", "{}");

    // Then
    if (status == 200) {
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    } else {
      assertProblem(reply, status);
    }
  }

  @Test
  void unsupportedEncodingIsToldWithWhatIsSupported() {
    assertThat(server.post("/echo", "Content-Encoding: br\r\n", "x").header("Accept-Encoding"))
        .contains("identity");
  }

  @ParameterizedTest
  @CsvSource({
    "'GET /a b HTTP/1.1', 400",
    "'GET / HTTP/9.9', 505",
    "'GET', 400",
    "'nonsense', 400",
    "'PUT /%zz HTTP/1.1', 400",
    "'DELETE /%zz HTTP/1.1', 400",
    "'OPTIONS /%zz HTTP/1.1', 400",
    "'PATCH /api/gen HTTP/1.1', 405",
    "'TRACE / HTTP/1.1', 405",
    "'OPTIONS * HTTP/1.1', 404",
    "'CONNECT localhost:1 HTTP/1.1', 400",
    "'BREW / HTTP/1.1', 501",
    "'GET //// HTTP/1.1', 404",
    "'PUT /api/nothing HTTP/1.1', 404"
  })
  void everyRequestLineGetsAProblem(String line, int status) {
    assertProblem(RawHttp.send(server.port(), line + "\r\n" + HOST + "\r\n"), status);
  }

  @Test
  void requestLineAndHeadersAreBounded() {
    assertProblem(server.send("DELETE", "/" + "a".repeat(70_000)), 414);
    assertProblem(server.send("PUT", "/", "X: " + "a".repeat(70_000)), 431);
  }
}
