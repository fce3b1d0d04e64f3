package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.gateway.tls.TlsFiles;
import fob.service.WarmUp;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that speaks TLS, with its warm-up, the command line and a changed certificate. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // set before all tests
class TlsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration DAYS_10 = Duration.ofDays(10);
  private static final String EXPIRY =
      "(?s).*\nfob_tls_certificate_expiry_timestamp_seconds ([0-9.E]+)\n.*";

  @TempDir private static Path dir;

  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).commonName("test").build();

  private static FobInParts fob;
  private static URI url;

  @BeforeAll
  static void start() throws Exception {
    fob = new FobInParts(dir);
    fob.add(fob.deployer());
    fob.add(fob.invoker("invoker"));
    writeCertificate();
    Files.writeString(dir.resolve("ca.pem"), AUTHORITY.certificatePem());
    Gateway gateway =
        fob.add(
            Gateway.listen(
                GatewayConfig.standard(fob.settings, "127.0.0.1", 0)
                    .withWarmUp(WarmUp.When.BEFORE_READY)
                    .withTls(
                        TlsFiles.of(
                            dir.resolve("cert.pem").toString(),
                            dir.resolve("key.pem").toString()))));
    gateway.connect(new Bus(fob.settings));
    url = URI.create("https://127.0.0.1:" + gateway.port());
    await().atMost(SOON).until(() -> gateway.whyUnready().isEmpty());
    fob.client.register("lang=python&name=add", "def callme(a):\n    return a + 1");
  }

  @AfterAll
  static void stop() {
    fob.close();
  }

  private static HeldCertificate writeCertificate() throws Exception {
    return write(new HeldCertificate.Builder());
  }

  private static HeldCertificate write(HeldCertificate.Builder builder) throws Exception {
    HeldCertificate made =
        builder
            .signedBy(AUTHORITY)
            .serialNumber(System.nanoTime())
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    Files.writeString(dir.resolve("cert.pem"), made.certificatePem());
    Files.writeString(dir.resolve("key.pem"), made.privateKeyPkcs8Pem());
    return made;
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .sslContext(
            new HandshakeCertificates.Builder()
                .addTrustedCertificate(AUTHORITY.certificate())
                .build()
                .sslContext())
        .build();
  }

  @Test
  void noCallFailsWhileTheCertificateChanges() throws Exception {
    // Given
    String before = call(client());
    List<String> failed = new ArrayList<>();

    // When
    HeldCertificate next = writeCertificate();
    long end = System.nanoTime() + SOON.toNanos();
    String used = before;
    while (!used.equals(serial(next)) && System.nanoTime() < end) {
      try (HttpClient fresh = client()) {
        used = call(fresh);
      } catch (IOException e) {
        failed.add(e.toString());
      }
    }

    // Then
    assertThat(used).isEqualTo(serial(next)).isNotEqualTo(before);
    assertThat(failed).isEmpty();
  }

  @Test
  void certificateThatExpiresSoonIsToldAndOneThatDoesNotEndsIt() throws Exception {
    long now = System.currentTimeMillis();
    for (Duration rest : List.of(Duration.ofDays(2), Duration.ofDays(200))) {
      // When
      long end = now + rest.toMillis();
      write(new HeldCertificate.Builder().validityInterval(now - DAYS_10.toMillis(), end));

      // Then
      String seconds = Long.toString(end / 1000);
      await()
          .atMost(SOON)
          .until(() ->
              new BigDecimal(get("/metrics").replaceFirst(EXPIRY, "$1"))
                  .toBigInteger()
                  .toString()
                  .equals(seconds));
      assertThat(get("/readyz").contains("expires at " + Instant.ofEpochSecond(end / 1000)))
          .isEqualTo(rest.toDays() == 2);
    }
  }

  private static String get(String path) throws Exception {
    try (HttpClient fresh = client()) {
      return fresh
          .send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofString())
          .body();
    }
  }

  private static String serial(HeldCertificate certificate) {
    return certificate.certificate().getSerialNumber().toString();
  }

  /** Calls the function, and returns the serial number of the certificate. */
  private static String call(HttpClient client) throws Exception {
    var response =
        client.send(
            HttpRequest.newBuilder(url.resolve("/api/call/add"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"a\":1}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.body()).isEqualTo("{\"result\":2}\n");
    return ((X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0])
        .getSerialNumber()
        .toString();
  }

  @Test
  void theCommandLineTrustsTheAuthorityOfItsContext() {
    // Given
    CliClient cli = new CliClient(url, dir);
    String ca = dir.resolve("ca.pem").toString();

    // When
    CliClient.Run untrusted = cli.run("ls");
    cli.right("context", "set", "own", "--url", url.toString(), "--ca", ca);
    CliClient.Run wrong = cli.run("context", "set", "x", "--url", url.toString(), "--ca", "none");

    // Then
    assertThat(untrusted.code()).isEqualTo(6);
    assertThat(untrusted.err().toString().strip().lines()).hasSize(1);
    assertThat(untrusted.err().toString()).contains("its certificate is not trusted", "--ca FILE");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err().toString()).contains("none: expected certificates in PEM");
    assertThat(cli.right("call", "add", "a=1", "--context", "own")).isEqualTo("2");
    cli.environment().put("FOB_CA", ca);
    assertThat(cli.right("call", "add", "a=2")).isEqualTo("3");
  }
}
