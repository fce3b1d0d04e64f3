package fob.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.service.Env;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusSettingsTest {

  @Test
  void withoutAnythingTheBusIsOnThisMachine() {
    assertThat(BusSettings.from(new Env(Map.of())).properties())
        .isEqualTo(Map.of("bootstrap.servers", "127.0.0.1:9092"));
  }

  @Test
  void everyVariableBecomesAPropertyOfTheClient() {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_KAFKA_BOOTSTRAP_SERVERS", "one:9092,two:9092",
                "FOB_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                "FOB_KAFKA_SASL_JAAS_CONFIG", "org.example.Login required;",
                "PATH", "/bin"));

    // When
    BusSettings settings = BusSettings.from(env);

    // Then
    assertThat(settings.properties())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "one:9092,two:9092",
                "security.protocol", "SASL_SSL",
                "sasl.jaas.config", "org.example.Login required;"));
    assertThat(settings.bootstrapServers()).isEqualTo("one:9092,two:9092");
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl.key.password",
        "ssl.keystore.key",
        "ssl.truststore.password",
        "sasl.jaas.config",
        "sasl.oauthbearer.client.credentials.client.secret"
      })
  void secretsAreMaskedInText(String property) {
    // Given
    BusSettings settings =
        new BusSettings(Map.of("bootstrap.servers", "one:9092", property, "hunter2"));

    // When
    String text = settings.toString();

    // Then
    assertThat(text).doesNotContain("hunter2").contains(property + "=***").contains("one:9092");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nohost", "host:", ":9092", "host:0", "host:65536", "a:1,,b:2", "http://a:1"})
  void brokersAreHostAndPort(String servers) {
    // Given
    Env env = new Env(Map.of("FOB_KAFKA_BOOTSTRAP_SERVERS", servers));

    // When
    BusSettings.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessage(
            "FOB_KAFKA_BOOTSTRAP_SERVERS='%s': expected host:port of a broker, or of several with commas between"
                .formatted(servers));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:1", "a.b-c_d:65535", "10.0.0.1:9092", "[::1]:9092", "a:1, b:2"})
  void brokersMayBeNamesAndAddresses(String servers) {
    // Given
    Env env = new Env(Map.of("FOB_KAFKA_BOOTSTRAP_SERVERS", servers));

    // Then
    assertThat(BusSettings.from(env).bootstrapServers()).isEqualTo(servers);
    assertThatCode(env::requireNoProblems).doesNotThrowAnyException();
  }

  @Test
  void whatKafkasClientsDoNotTakeIsAProblemBeforeThereIsOne() {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_KAFKA_BOOTSTRAP_SERVER", "a:1",
                "FOB_KAFKA_LINGER_MS", "soon",
                "FOB_KAFKA_SSL_KEY_PASSWORDS", "hunter2"));

    // When
    BusSettings.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContaining("did you mean FOB_KAFKA_BOOTSTRAP_SERVERS?")
        .hasMessageContaining("FOB_KAFKA_LINGER_MS: Invalid value soon")
        .hasMessageContaining("did you mean FOB_KAFKA_SSL_KEY_PASSWORD?")
        .message()
        .doesNotContain("hunter2")
        .hasLineCount(3);
  }

  @Test
  void propertiesThatContradictEachOtherAreAProblem() {
    // Given: fob needs an idempotent producer
    Env env = new Env(Map.of("FOB_KAFKA_ACKS", "1"));

    // When
    BusSettings.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems).hasMessageContaining("acks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "..", "ä"})
  void aMembersNameIsOneThatKafkaTakes(String name) {
    // Given
    Env env = new Env(Map.of("FOB_MEMBER", name));

    // When
    BusSettings.member(env);

    // Then
    assertThatThrownBy(env::requireNoProblems).hasMessageContaining("FOB_MEMBER='" + name + "'");
  }

  @Test
  void settingsWithoutServersAreRefused() {
    assertThatThrownBy(() -> new BusSettings(Map.of("acks", "all")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bootstrap.servers is missing");
  }
}
