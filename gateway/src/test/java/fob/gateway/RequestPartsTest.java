package fob.gateway;

import static fob.gateway.EchoServer.HOST;
import static fob.gateway.EchoServer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import fob.gateway.http.RawHttp;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing of a request is left out silently. */
@Timeout(60)
class RequestPartsTest {

  @RegisterExtension static final EchoServer server = new EchoServer();

  @ParameterizedTest
  @CsvSource({
    "GET, /api/call/add, 400",
    "GET, /api/stats, 400",
    "HEAD, /api/stats, 400",
    "DELETE, /api/gen/add, 400",
    "POST, /api/dead/1/redrive, 400",
    "GET, /healthz, 400",
    "POST, /api/call/add, 503"
  })
  void bodyIsRefusedWhereNobodyReadsIt(String method, String path, int status) {
    String sized = "%s %s HTTP/1.1\r\n%sContent-Length: 1\r\n\r\nx";
    String chunked = "%s %s HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";

    for (String request : List.of(sized, chunked)) {
      assertThat(RawHttp.send(server.port(), request.formatted(method, path, HOST)).status())
          .isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/stats?x=1, 'x', there are follow",
    "GET, /api/result/1?sicne=1, 'sicne', since",
    "GET, /api/dead?function=a&limt=1, 'limt', 'after, function, limit, reason'",
    "GET, /api/meta/add?x=1, 'x', there are none",
    "DELETE, /api/gen/add?force=true, 'force', there are none",
    "POST, /api/dead/1/redrive?x=1, 'x', there are none"
  })
  void unknownParameterIsRefusedWithThoseThatThereAre(
      String method, String target, String unknown, String known) {
    assertThat(assertProblem(server.send(method, target), 400).detail())
        .contains("'" + unknown + "'", known);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/stats?a=%FF",
        "/api/stats?a=%C3",
        "/api/stats?a=%zz",
        "/api/stats?%=1",
        "/api/stats?a=\u00ff",
        "/api/result/1?since=%FF",
        "/api/meta/%FF",
        "/api/meta/%zz",
        "/api/meta/%00",
        "/api/call/%C0%80",
        "/%u0041",
        "/api/stats?",
        "/api/call/add?a=1#f"
      })
  void textThatIsNoUtf8IsNeverReplaced(String target) {
    // When
    RawHttp.Reply reply = server.send("GET", target);

    // Then
    if (target.endsWith("?")) {
      assertThat(reply.status()).isEqualTo(503);
    } else {
      assertProblem(reply, 400);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/call/add|GET, POST, OPTIONS",
        "/api/gen|POST, DELETE, OPTIONS",
        "/api/gen/add|DELETE, OPTIONS",
        "/api/dead/1|GET, HEAD, DELETE, OPTIONS",
        "/api/dead/1/redrive|POST, OPTIONS",
        "/api/stats|GET, HEAD, OPTIONS"
      })
  void whatAPathTakesIsToldAlikeHoweverItIsAsked(String path, String allow) {
    assertThat(server.send("OPTIONS", path).status()).isEqualTo(204);
    for (String method :
        List.of("OPTIONS", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")) {
      RawHttp.Reply reply = server.send(method, path);
      if (reply.status() == 405 || reply.status() == 204) {
        assertThat(reply.header("Allow")).as(method).contains(allow);
        assertThat(allow.contains(method)).isEqualTo(reply.status() == 204);
      } else {
        assertThat(allow).contains(method);
      }
    }
  }
}
