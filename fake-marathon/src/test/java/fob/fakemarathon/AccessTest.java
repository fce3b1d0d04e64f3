package fob.fakemarathon;

import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import fob.fakemarathon.Client.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String jwt(PrivateKey key, String uid, Instant expiry)
      throws GeneralSecurityException {
    String signed =
        encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + encode(
                Json.object()
                    .put("uid", uid)
                    .put("exp", expiry.getEpochSecond())
                    .toString()
                    .getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + encode(signature.sign());
  }

  private static Reply login(Client client, String uid, String jwt) {
    String body = Json.object().put("uid", uid).put("token", jwt).toString();
    return client.post("/acs/api/v1/auth/login", body);
  }

  @Test
  void basicCredentialsAreAskedForEverywhere() {
    // Given
    try (MarathonFixture fixture =
        new MarathonFixture(new MarathonOptions().basicAuth("fob:secret"))) {
      String right =
          "Basic "
              + Base64.getEncoder().encodeToString("fob:secret".getBytes(StandardCharsets.UTF_8));

      // When
      Reply without = fixture.client.get("/ping");
      Reply with = fixture.client.send("GET", "/ping", "", "Authorization", right);

      // Then
      assertThat(without.status()).isEqualTo(401);
      assertThat(without.header("WWW-Authenticate")).isEqualTo("Basic realm=\"Mesosphere\"");
      assertThat(with.status()).isEqualTo(200);
    }
  }

  @Test
  void dcosLoginTakesASignedTokenAndGivesOneThatCanBeRevoked() throws GeneralSecurityException {
    // Given
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048); // a fifth of the time of the default
    KeyPair keys = generator.generateKeyPair();
    KeyPair others = generator.generateKeyPair();
    Instant soon = Instant.now().plusSeconds(60);
    try (MarathonFixture fixture =
        new MarathonFixture(
            new MarathonOptions().dcosAuth("fob", keys.getPublic(), Duration.ofDays(5)))) {

      // When
      Reply forged = login(fixture.client, "fob", jwt(others.getPrivate(), "fob", soon));
      Reply expired =
          login(
              fixture.client, "fob", jwt(keys.getPrivate(), "fob", Instant.now().minusSeconds(1)));
      Reply stranger = login(fixture.client, "eve", jwt(keys.getPrivate(), "eve", soon));
      Reply accepted = login(fixture.client, "fob", jwt(keys.getPrivate(), "fob", soon));

      // Then
      assertThat(forged.status()).isEqualTo(401);
      assertThat(expired.status()).isEqualTo(401);
      assertThat(stranger.status()).isEqualTo(401);
      assertThat(accepted.status()).isEqualTo(200);
      String token = "token=" + accepted.json().path("token").asText();
      assertThat(fixture.client.get("/v2/apps").status()).isEqualTo(401);
      assertThat(get(fixture, token).status()).isEqualTo(200);
      fixture.marathon.revokeTokens();
      assertThat(get(fixture, token).status()).isEqualTo(401);
    }
  }

  private static Reply get(MarathonFixture fixture, String authorization) {
    return fixture.client.send("GET", "/v2/apps", "", "Authorization", authorization);
  }

  @Test
  void servesHttpsWithTheGivenContext(@TempDir Path folder) throws Exception {
    // Given
    SSLContext tls = selfSigned(folder.resolve("keys.p12"));
    try (FakeMarathon marathon = FakeMarathon.start(new MarathonOptions().tls(tls));
        HttpClient trusting = HttpClient.newBuilder().sslContext(tls).build()) {

      // When
      HttpResponse<String> pong =
          trusting.send(
              HttpRequest.newBuilder(URI.create(marathon.url() + "/ping")).build(),
              HttpResponse.BodyHandlers.ofString());

      // Then
      assertThat(marathon.url().getScheme()).isEqualTo("https");
      assertThat(pong.body()).isEqualTo("pong");
      try (Client distrusting = new Client(marathon.url())) {
        assertThat(distrusting.get("/ping").status()).as("no answer").isZero();
      }
    }
  }

  private static SSLContext selfSigned(Path file) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "marathon",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, "changeit".toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("marathon", store.getCertificate("marathon"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void everythingIsBelowThePathPrefix() {
    // Given
    try (MarathonFixture fixture =
        new MarathonFixture(new MarathonOptions().pathPrefix("/service/marathon"))) {

      // When
      Reply created = fixture.create(sleeper("/a"));
      Reply outside;
      try (Client root = new Client(fixture.marathon.url().resolve("/"))) {
        outside = root.get("v2/apps");
      }

      // Then
      assertThat(fixture.marathon.url().getPath()).isEqualTo("/service/marathon");
      assertThat(created.status()).isEqualTo(201);
      assertThat(outside.status()).isEqualTo(404);
      try (EventLog events = fixture.events()) {
        assertThat(events.types()).contains("event_stream_attached");
      }
    }
  }
}
