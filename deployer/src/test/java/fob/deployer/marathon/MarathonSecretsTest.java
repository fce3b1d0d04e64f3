package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.TestSecrets;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus.Ready;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Secrets of functions on Marathon. */
class MarathonSecretsTest {

  private final FunctionId id = FunctionId.random();
  private final FunctionSpec spec = TestSecrets.spec(id, MarathonFixture.CODE, "TOKEN");

  private String app(MarathonFixture fixture) throws Exception {
    return app(fixture, id);
  }

  private static String app(MarathonFixture fixture, FunctionId id) throws Exception {
    URI uri = URI.create(fixture.marathon.url() + "/v2/apps/fob/fn/f-" + id);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private String ready(MarathonFixture fixture) {
    return fixture.awaitReady(spec).instances().getFirst().id();
  }

  @Test
  void theAppHasATokenAndNoSecret() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      TestSecrets secrets = new TestSecrets();
      secrets.put("TOKEN", "hush-marathon");

      fixture.platform().deploy(spec, secrets.with(spec, MarathonFixture.CODE));

      ready(fixture);
      assertThat(app(fixture))
          .contains("http://gateway.example:9999/api/secrets-of/" + id)
          .contains("\"FOB_SECRET_ENV\":\"TOKEN\"")
          .contains(secrets.of(spec).token())
          .contains(secrets.of(spec).version())
          .doesNotContain("hush");
    }
  }

  @Test
  void theAppOfAFunctionWithoutSecretsHasATokenForItsCode() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      TestSecrets secrets = new TestSecrets();
      FunctionSpec plain = TestSecrets.spec(FunctionId.random(), MarathonFixture.CODE);

      // When
      fixture.platform().deploy(plain, secrets.with(plain, MarathonFixture.CODE));

      // Then
      fixture.awaitReady(plain);
      assertThat(secrets.of(plain).token()).hasSizeGreaterThan(40);
      assertThat(app(fixture, plain.id()))
          .contains("\"FOB_CODE_TOKEN\":\"" + secrets.of(plain).token() + "\"")
          .doesNotContain("FOB_SECRETS_URL");
    }
  }

  @Test
  void aChangedSecretReplacesTheTasksAndARestartOfTheDeployerDoesNot() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      TestSecrets secrets = new TestSecrets();
      secrets.put("TOKEN", "old");
      var first = fixture.platform();
      first.deploy(spec, secrets.with(spec, MarathonFixture.CODE));
      String old = ready(fixture);
      first.close();
      long writes = fixture.writes();

      // When
      var second = fixture.platform();
      fixture.told.clear();
      second.deploy(spec, secrets.with(spec, MarathonFixture.CODE));

      // Then
      assertThat(ready(fixture)).isEqualTo(old);
      assertThat(fixture.writes()).isEqualTo(writes);

      // When
      secrets.put("TOKEN", "new");
      second.secretsChanged(id);

      // Then
      await()
          .atMost(MarathonFixture.PATIENCE)
          .untilAsserted(() -> assertThat(ready(fixture)).isNotEqualTo(old));
      assertThat(fixture.told.get(id)).allMatch(Ready.class::isInstance);
    }
  }

  @Test
  void withoutAKeyTheFunctionSaysSoAndAMissingSecretIsWaitedFor() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      // When
      TestSecrets none = new TestSecrets(Optional.empty());
      FunctionSpec keyless = TestSecrets.spec(FunctionId.random(), MarathonFixture.CODE, "TOKEN");
      var platform = fixture.platform();
      platform.deploy(keyless, none.with(keyless, MarathonFixture.CODE));
      TestSecrets secrets = new TestSecrets();
      platform.deploy(spec, secrets.with(spec, MarathonFixture.CODE));

      // Then
      assertThat(fixture.awaitFailed(keyless)).contains("set FOB_SECRET_KEY at the deployer");
      assertThat(fixture.awaitFailed(spec)).contains("there is no secret 'TOKEN'");

      // When
      secrets.put("TOKEN", "x");
      platform.secretsChanged(id);

      // Then
      ready(fixture);
    }
  }
}
