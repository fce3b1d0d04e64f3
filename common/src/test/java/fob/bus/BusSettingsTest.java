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

  @Test
  void settingsWithoutServersAreRefused() {
    assertThatThrownBy(() -> new BusSettings(Map.of("acks", "all")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bootstrap.servers is missing");
  }
}
