package fob.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fob.gateway.tls.Certificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP server with a certificate that is made for the test. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set before each test
class TlsServerTest {

  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir private Path folder;
  private Certificates certificates;
  private HeldCertificate first;
  private CrowdedServer server;

  @BeforeEach
  void start() throws IOException {
    certificates = new Certificates(folder);
    first = certificates.write();
    server = new CrowdedServer(certificates.files());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static HandshakeCertificates trusting(HeldCertificate... trusted) {
    HandshakeCertificates.Builder all = new HandshakeCertificates.Builder();
    for (HeldCertificate one : trusted) {
      all.addTrustedCertificate(one.certificate());
    }
    return all.build();
  }

  private static HttpClient client(HeldCertificate... trusted) {
    return HttpClient.newBuilder().sslContext(trusting(trusted).sslContext()).build();
  }

  private HttpResponse<String> post(HttpClient client, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://localhost:%d/upload".formatted(server.port())))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private SSLSocket connect() throws IOException {
    return (SSLSocket)
        trusting(first)
            .sslSocketFactory()
            .createSocket(server.connect(), "localhost", server.port(), true);
  }

  /** The certificate that new connections get. */
  private Certificate certificate(HeldCertificate... trusted) throws IOException {
    try (Socket plain = RawHttp.connect(server.port());
        SSLSocket socket =
            (SSLSocket)
                trusting(trusted).sslSocketFactory().createSocket(plain, "localhost", 0, true)) {
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void requestsAreEncryptedAndBrowsersStayWithThat() throws Exception {
    try (HttpClient client = client(first)) {
      // When
      HttpResponse<String> response = post(client, "hello");

      // Then
      assertThat(response.body()).isEqualTo("5");
      assertThat(response.sslSession()).isPresent();
      assertThat(response.headers().firstValue("Strict-Transport-Security"))
          .contains("max-age=31536000");
    }
  }

  @Test
  void aClientThatDoesNotTrustTheCertificateIsNotServed() {
    try (HttpClient client = client(new HeldCertificate.Builder().build())) {
      assertThatThrownBy(() -> post(client, "hello")).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void aRequestWithoutTlsIsToldSo() {
    // When
    RawHttp.Reply reply = RawHttp.send(server.port(), "GET", "/big");

    // Then
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.reason()).isEqualTo("tls-needed");
    assertThat(reply.detail()).contains("https://");
    assertThat(reply.header("Strict-Transport-Security")).isEmpty();
    assertThat(reply.header("Connection")).contains("close");
  }

  @Test
  void aChangedCertificateIsUsedAndNoRequestFails() throws Exception {
    HeldCertificate second = new HeldCertificate.Builder().build();
    try (HttpClient before = client(first)) {
      // Given
      assertThat(post(before, "a").body()).isEqualTo("1");

      // When
      second = certificates.write();

      // Then
      while (!certificate(first, second).equals(second.certificate())) {
        assertThat(post(before, "ab").body()).isEqualTo("2"); // on the connection that is open
      }
      assertThat(post(before, "abc").body()).isEqualTo("3");
    }
    try (HttpClient after = client(second)) {
      assertThat(post(after, "abcd").body()).isEqualTo("4");
    }
  }

  @Test
  void ed25519CertificateServes() throws Exception {
    // Given
    X509Certificate next = certificates.writeEd25519();
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder().addTrustedCertificate(next).build();

    // When
    try (CrowdedServer fresh = new CrowdedServer(certificates.files());
        HttpClient client = HttpClient.newBuilder().sslContext(trust.sslContext()).build()) {
      HttpResponse<String> reply =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("https://localhost:%d/upload".formatted(fresh.port())))
                  .POST(HttpRequest.BodyPublishers.ofString("x"))
                  .build(),
              BodyHandlers.ofString());

      // Then
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.sslSession().orElseThrow().getPeerCertificates()).containsExactly(next);
    }
  }

  @Test
  void filesThatCannotBeUsedChangeNothing() throws Exception {
    // When: the server has the time to look at it twice.
    String good = Files.readString(certificates.key());
    Files.writeString(certificates.key(), good.substring(0, good.length() / 2));
    await()
        .during(Duration.ofSeconds(5))
        .atMost(SOON)
        .until(() -> certificate(first).equals(first.certificate()));

    // Then
    HeldCertificate second = certificates.write();
    await().atMost(SOON).until(() -> certificate(first, second).equals(second.certificate()));
  }

  @Test
  void aHandshakeThatTricklesEndsTheConnection() throws Exception {
    // Given: the beginning of a ClientHello
    Socket client = server.connect();
    OutputStream out = client.getOutputStream();
    out.write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});

    // When, then
    await().pollInterval(Duration.ofMillis(50)).atMost(SOON).until(() -> hasEnded(client, 0));
  }

  @Test
  void aClientThatSaysNothingMakesRoomAsWithoutTls() throws Exception {
    // Given
    Socket client = server.connect();

    // When, then
    await().atMost(SOON).until(() -> hasEnded(client, 22));
  }

  @Test
  void headersThatTrickleEndTheConnection() throws Exception {
    // Given
    SSLSocket client = connect();
    client
        .getOutputStream()
        .write("GET /wait HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(ISO_8859_1));

    // When, then
    await().pollInterval(Duration.ofMillis(50)).atMost(SOON).until(() -> hasEnded(client, 'x'));
  }

  @Test
  void aBodyThatIsLateIsTold() throws Exception {
    // Given
    SSLSocket client = connect();
    client.getOutputStream().write((CrowdedServer.head(10) + "abc").getBytes(ISO_8859_1));

    // When, then
    assertThat(RawHttp.read(client.getInputStream()).status()).isEqualTo(408);
  }

  @Test
  void aReplyThatNobodyReadsIsLetGo() throws Exception {
    // Given
    SSLSocket client = connect();
    client
        .getOutputStream()
        .write("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
    await().atMost(SOON).until(() -> server.replyBytes() > 0);

    // When, then
    await().atMost(SOON).until(() -> server.replyBytes() == 0);
  }

  private static boolean hasEnded(Socket client, int next) {
    try {
      client.getOutputStream().write(next);
      return false;
    } catch (IOException ended) {
      return true;
    }
  }
}
