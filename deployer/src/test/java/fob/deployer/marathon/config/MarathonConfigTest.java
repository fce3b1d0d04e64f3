package fob.deployer.marathon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.deployer.marathon.login.Credentials;
import fob.deployer.marathon.login.ServiceAccount;
import fob.service.Env;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarathonConfigTest {

  private static final String GATEWAY = "http://gateway.example:9999";

  @Test
  void standardsHoldWhereNothingElseIsSet() throws Exception {
    // When
    Env env = new Env(Map.of("FOB_GATEWAY_URL", GATEWAY));
    MarathonConfig config = MarathonConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new MarathonConfig(
                URI.create("http://marathon.mesos:8080"),
                "/fob/fn",
                URI.create(GATEWAY),
                List.of("*"),
                "",
                Duration.ofMinutes(3),
                false,
                new Credentials.None(),
                Optional.empty()));
  }

  @Test
  void everyVariableIsRead() throws Exception {
    // When
    Map<String, String> variables = new TreeMap<>();
    variables.put("FOB_GATEWAY_URL", "https://fob.example/");
    variables.put("FOB_MARATHON_URL", "https://master.example/service/marathon/");
    variables.put("FOB_MARATHON_GROUP", "/team/fob");
    variables.put("FOB_MARATHON_ROLES", "*, fob");
    variables.put("FOB_IMAGE_PREFIX", "registry.example:5000/fob/");
    variables.put("FOB_MARATHON_DEADLINE", "90s");
    variables.put("FOB_MARATHON_DELETE_ORPHANS", "true");
    variables.put("FOB_MARATHON_USER", "me");
    variables.put("FOB_MARATHON_PASSWORD", "secret");
    variables.put("FOB_MARATHON_CA", "/etc/hosts");
    Env env = new Env(variables);
    MarathonConfig config = MarathonConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new MarathonConfig(
                URI.create("https://master.example/service/marathon"),
                "/team/fob",
                URI.create("https://fob.example"),
                List.of("*", "fob"),
                "registry.example:5000/fob/",
                Duration.ofSeconds(90),
                true,
                new Credentials.Basic("me", "secret"),
                Optional.of(Path.of("/etc/hosts"))));
    assertThat(config.toString()).doesNotContain("secret");
  }

  @Test
  void aGatewayIsNeeded() {
    // When
    Env env = new Env(Map.of());
    MarathonConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContainingAll("FOB_GATEWAY_URL", "is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "FOB_GATEWAY_URL,gateway:9999",
    "FOB_MARATHON_URL,ftp://marathon",
    "FOB_MARATHON_URL,http://me:secret@marathon",
    "FOB_MARATHON_CA,/nonexistent",
    "FOB_MARATHON_GROUP,fob",
    "FOB_MARATHON_GROUP,/",
    "FOB_MARATHON_GROUP,/Fob",
    "FOB_MARATHON_GROUP,/fob_fn",
    "FOB_MARATHON_GROUP,/fob-",
    "FOB_MARATHON_GROUP,/fob/functions-of-us",
    "FOB_MARATHON_ROLES,a b",
    "FOB_IMAGE_PREFIX,registry.example:5000",
    "FOB_MARATHON_DEADLINE,1ms",
    "FOB_MARATHON_DELETE_ORPHANS,maybe"
  })
  void everyBadValueIsReported(String key, String value) {
    // When
    Map<String, String> variables = new TreeMap<>(Map.of("FOB_GATEWAY_URL", GATEWAY));
    variables.put(key, value);
    Env env = new Env(variables);
    MarathonConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContainingAll(key, "expected")
        .hasMessageNotContaining("secret");
  }

  @Test
  void credentialsThatDoNotFitTogetherAreReportedWithoutSecrets() {
    // When
    Env env =
        new Env(
            Map.of(
                "FOB_GATEWAY_URL", GATEWAY,
                "FOB_MARATHON_USER", "m:e",
                "FOB_DCOS_SERVICE_ACCOUNT", "{\"uid\":\"fob\",\"private_key\":\"hush\"}"));
    MarathonConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContainingAll(
            "FOB_MARATHON_PASSWORD", "without ':'", "one of the two", "login_endpoint")
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hush|not JSON",
        "{\"uid\":\"fob\"}|private_key",
        "{\"uid\":\"u\",\"private_key\":\"hush\",\"login_endpoint\":\"http://x/y\"}|PKCS#8",
      })
  void anAccountThatCannotBeReadIsSaidWithoutSecrets(String account, String words) {
    assertThatThrownBy(() -> ServiceAccount.parse(account))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("hush");
  }
}
