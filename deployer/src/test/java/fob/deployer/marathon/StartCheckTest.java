package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.config.MarathonTimings;
import fob.deployer.marathon.config.PlatformContext;
import fob.deployer.marathon.login.Credentials;
import fob.deployer.marathon.login.ServiceAccount;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.MarathonOptions;
import fob.function.FunctionSpec;
import fob.service.Loops;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Marathon wants to know of us, and we of it, before anything is deployed. */
class StartCheckTest {

  private static void start(MarathonConfig config) throws IOException {
    new MarathonPlatform(
            new PlatformContext(
                config,
                MarathonFixture.OWNER,
                MarathonTimings.STANDARD,
                InstantSource.system(),
                new Loops()),
            MarathonFixture.INSTALL,
            MarathonFixture.drivers(),
            (id, status) -> {})
        .close();
  }

  private static void refused(UnaryOperator<MarathonOptions> options, String... words) {
    try (FakeMarathon marathon = FakeMarathon.start(options.apply(new MarathonOptions()))) {
      assertThatThrownBy(() -> start(MarathonFixture.config(marathon.url())))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(words);
    }
  }

  @Test
  void anOldMarathonIsRefused() {
    refused(options -> options.version("1.4.9"), "1.4.9", "1.5");
  }

  @Test
  void missingCredentialsAreNamed() {
    refused(options -> options.basicAuth("me:secret"), "401", "FOB_MARATHON_USER");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|<html>hello</html>|other than Marathon",
        "200|{\"name\":\"chronos\",\"version\":\"2.0\"}|other than Marathon",
        "404|nothing here|not Marathon",
        "302|moved|redirects"
      })
  void whatIsNotMarathonIsRefused(int status, String body, String words) throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      // Given
      server.start();
      server.enqueue(
          new MockResponse.Builder()
              .code(status)
              .addHeader("Location", "https://elsewhere.example/")
              .body(body)
              .build());

      // Then
      assertThatThrownBy(() -> start(MarathonFixture.config(server.url("/").uri())))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(words, "FOB_MARATHON_URL");
    }
  }

  @Test
  void aHostThatThereIsNotIsRefused() {
    assertThatThrownBy(
            () -> start(MarathonFixture.config(URI.create("http://marathon.invalid:8080"))))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("marathon.invalid", "FOB_MARATHON_URL");
  }

  @Test
  void nobodyThereYetIsWaitedFor() {
    assertThatCode(() -> start(MarathonFixture.config(URI.create("http://127.0.0.1:1"))))
        .doesNotThrowAnyException();
  }

  @Test
  void basicCredentialsAndAPathPrefixWork() throws Exception {
    try (MarathonFixture fixture =
        new MarathonFixture(
            options -> options.basicAuth("me:secret").pathPrefix("/service/marathon"))) {
      // Given
      FunctionSpec spec = MarathonFixture.spec();
      MarathonConfig config =
          MarathonFixture.withCredentials(fixture.config(), new Credentials.Basic("me", "secret"));

      // When
      fixture.platform(config).deploy(spec, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(spec);
      assertThat(config.toString()).contains("me").doesNotContain("secret");
    }
  }

  private static Credentials account(KeyPair keys, URI marathon) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\\n"
            + Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\\n-----END PRIVATE KEY-----\\n";
    return new Credentials.Dcos(
        ServiceAccount.parse(
            "{\"uid\":\"fob\",\"private_key\":\"%s\",\"login_endpoint\":\"%s/acs/api/v1/auth/login\",\"scheme\":\"RS256\"}"
                .formatted(pem, marathon)));
  }

  private static KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  @Test
  void aServiceAccountLogsInAndAgainWhenItsTokenIsRefused() throws Exception {
    KeyPair keys = keys();
    try (MarathonFixture fixture =
        new MarathonFixture(
            options -> options.dcosAuth("fob", keys.getPublic(), Duration.ofHours(1)))) {
      // Given
      MarathonConfig config =
          MarathonFixture.withCredentials(fixture.config(), account(keys, fixture.marathon.url()));
      var platform = fixture.platform(config);
      FunctionSpec first = MarathonFixture.spec();
      platform.deploy(first, MarathonFixture.CODE);
      fixture.awaitReady(first);

      // When
      fixture.marathon.revokeTokens();
      FunctionSpec second = MarathonFixture.spec();
      platform.deploy(second, MarathonFixture.CODE);

      // Then
      fixture.awaitReady(second);
      assertThat(fixture.requests("POST /acs/api/v1/auth/login")).isEqualTo(2);
      assertThat(config.toString())
          .doesNotContain(Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
    }
  }

  @Test
  void aTokenIsRenewedBeforeItEnds() throws Exception {
    KeyPair keys = keys();
    try (MarathonFixture fixture =
        new MarathonFixture(
            options -> options.dcosAuth("fob", keys.getPublic(), Duration.ofSeconds(4)))) {
      // Given
      MarathonConfig config =
          MarathonFixture.withCredentials(fixture.config(), account(keys, fixture.marathon.url()));

      // When
      fixture.platform(config).retain(java.util.Set.of());

      // Then
      org.awaitility.Awaitility.await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() ->
              assertThat(fixture.requests("POST /acs/api/v1/auth/login"))
                  .isGreaterThanOrEqualTo(2));
    }
  }

  @Test
  void anAccountWithAnotherKeyIsRefused() throws Exception {
    KeyPair keys = keys();
    KeyPair others = keys();
    try (MarathonFixture fixture =
        new MarathonFixture(
            options -> options.dcosAuth("fob", keys.getPublic(), Duration.ofHours(1)))) {
      assertThatThrownBy(() ->
              start(
                  MarathonFixture.withCredentials(
                      fixture.config(), account(others, fixture.marathon.url()))))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("fob", "401", "FOB_DCOS_SERVICE_ACCOUNT");
    }
  }

  @Test
  void aPrivateAuthorityIsTrustedWhereItIsNamed(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.in(folder, "ip:127.0.0.1");
    SSLContext tls = certificates.server();
    try (FakeMarathon marathon = FakeMarathon.start(new MarathonOptions().tls(tls))) {
      MarathonConfig plain = MarathonFixture.config(marathon.url());
      assertThatThrownBy(() -> start(plain))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("not trusted", "FOB_MARATHON_CA");
      assertThatCode(() -> start(trusting(plain, certificates.pem()))).doesNotThrowAnyException();
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.in(folder, "dns:other.example");
    try (FakeMarathon marathon =
        FakeMarathon.start(new MarathonOptions().tls(certificates.server()))) {
      assertThatThrownBy(
              () -> start(trusting(MarathonFixture.config(marathon.url()), certificates.pem())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not for that host");
    }
  }

  @Test
  void aFileThatHoldsNoCertificatesIsSaid(@TempDir Path folder) throws Exception {
    Path file = java.nio.file.Files.writeString(folder.resolve("ca.pem"), "no");
    MarathonConfig config = MarathonFixture.config(URI.create("https://127.0.0.1:1"));
    assertThatThrownBy(() -> start(trusting(config, file)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("FOB_MARATHON_CA", file.toString(), "PEM");
    assertThatThrownBy(() -> start(trusting(config, folder.resolve("none.pem"))))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("FOB_MARATHON_CA", "no such file");
  }

  private static MarathonConfig trusting(MarathonConfig c, Path pem) {
    return new MarathonConfig(
        c.url(),
        c.group(),
        c.gateway(),
        c.roles(),
        c.imagePrefix(),
        c.deadline(),
        false,
        c.credentials(),
        Optional.of(pem));
  }
}
