package fob.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.BusSettings;
import fob.gateway.http.RawHttp;
import java.net.BindException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real gateway on 127.0.0.1 that has not reached the bus: what passes the edge gets a 503. */
class CrossOriginCheckTest {

  private static Gateway gateway;

  @BeforeAll
  static void start() throws BindException {
    GatewayConfig config = GatewayConfig.standard(BusSettings.of("nowhere:9092"), "127.0.0.1", 0);
    gateway = Gateway.listen(config.withHosts("fob.example.org,*.birds.example"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static RawHttp.Reply send(String method, String path, String... headers) {
    String head = String.join("\r\n", headers);
    return RawHttp.send(
        gateway.port(), "%s %s HTTP/1.1\r\n%s\r\n\r\n".formatted(method, path, head));
  }

  private static String own() {
    return "localhost:" + gateway.port();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:9999",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil-fob.example.org",
        "fob.example.org.evil.example",
        "birds.example",
        "10.1.2.3",
        "[2001:db8::1]",
        "0.0.0.0"
      })
  void hostThatIsNotTheGatewaysIsRefused(String host) {
    // When
    RawHttp.Reply reply = send("GET", "/api/call/add", "Host: " + host);

    // Then
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
    assertThat(reply.reason()).isEqualTo("foreign-host");
    assertThat(reply.detail()).contains("FOB_HOSTS", "fob.example.org", "localhost", "127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:80",
        "localhost.",
        "127.0.0.1:1",
        "127.1.2.3",
        "[::1]:9999",
        "[0:0:0:0:0:0:0:1]",
        "fob.example.org",
        "Fob.Example.Org:443",
        "red.birds.example",
        "a.red.birds.example"
      })
  void hostOfTheGatewayIsTaken(String host) {
    assertThat(send("GET", "/api/call/add", "Host: " + host).status()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /", "GET, /api/stats", "POST, /api/gen", "DELETE, /api/gen/add", "POST, /api/call/add",
    "HEAD, /api/stats", "OPTIONS, /api/gen", "PUT, /api/gen", "TRACE, /", "GET, /api/nothing",
    "GET, /healthz/more", "POST, //api/gen", "POST, /api/gen;a=b", "POST, /%61pi/gen"
  })
  void foreignPageIsRefusedWhateverItAsksFor(String method, String path) {
    assertThat(send(method, path, "Host: evil.example").status()).isEqualTo(403);
    assertThat(send(method, path, "Host: " + own(), "Origin: http://evil.example").status())
        .isEqualTo(403);
    assertThat(send(method, path, "Host: " + own(), "Sec-Fetch-Site: cross-site").status())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "https://localhost.evil.example",
        "null",
        "http://localhost:3000",
        "http://localhost",
        "file://",
        "nonsense",
        "http://",
        "http://localhost@evil.example",
        "chrome-extension://abcdef"
      })
  void foreignOriginIsRefused(String origin) {
    // When
    RawHttp.Reply reply =
        send(
            "POST",
            "/api/gen",
            "Host: " + own(),
            "Origin: " + origin,
            "Content-Type: text/plain",
            "Content-Length: 0");

    // Then
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.reason()).isEqualTo("foreign-origin");
    assertThat(reply.detail()).contains(origin, "FOB_HOSTS");
  }

  @Test
  void ownAndListedOriginsAreTaken() {
    for (String origin :
        new String[] {
          "http://" + own(), "http://127.0.0.1:" + gateway.port(), "https://fob.example.org:8443"
        }) {
      assertThat(send("GET", "/api/stats", "Host: " + own(), "Origin: " + origin).status())
          .as(origin)
          .isEqualTo(503);
    }
  }

  @Test
  void oneForeignOriginAmongSeveralIsRefused() {
    // When
    RawHttp.Reply reply =
        send(
            "GET",
            "/api/stats",
            "Host: " + own(),
            "Origin: http://" + own(),
            "Origin: http://evil.example");

    // Then
    assertThat(reply.status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "none, 503",
    "same-origin, 503",
    "same-site, 403",
    "cross-site, 403",
    "anything, 403",
    "'', 403"
  })
  void browserTellsThatAPageIsForeignWithoutAnOriginToo(String site, int status) {
    assertThat(send("GET", "/api/call/add", "Host: " + own(), "Sec-Fetch-Site: " + site).status())
        .isEqualTo(status);
  }

  @Test
  void pageOfAListedHostMayCall() {
    // When
    RawHttp.Reply reply =
        send(
            "GET",
            "/api/call/add",
            "Host: " + own(),
            "Origin: https://red.birds.example",
            "Sec-Fetch-Site: cross-site");

    // Then
    assertThat(reply.status()).isEqualTo(503);
  }

  @Test
  void healthIsToldUnderAnyName() {
    assertThat(send("GET", "/healthz", "Host: 10.1.2.3:31999").status()).isEqualTo(200);
    assertThat(send("GET", "/readyz", "Host: gateway.example").reason())
        .isEqualTo("bus-unavailable");
  }

  @Test
  void absoluteTargetIsTheHost() {
    assertThat(send("GET", "http://evil.example/api/stats", "Host: evil.example").status())
        .isEqualTo(403);
    assertThat(send("GET", "http://evil.example/api/stats", "Host: localhost").status())
        .isEqualTo(400);
  }
}
