package fob.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.BusSettings;
import fob.gateway.access.AccessConfig;
import fob.gateway.http.Bounds;
import fob.service.Env;
import fob.service.WarmUp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {

  @Test
  void defaults() throws Exception {
    // Given
    Env env = new Env(Map.of());

    // When
    GatewayConfig config = GatewayConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new GatewayConfig(
                BusSettings.of("127.0.0.1:9092").ofService("gateway"),
                "127.0.0.1",
                9999,
                List.of(),
                Bounds.standard(),
                WarmUp.When.BEFORE_READY,
                Optional.empty(),
                AccessConfig.NONE,
                Optional.empty()));
  }

  @Test
  void everyKey() throws Exception {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
                "FOB_HOST", "0.0.0.0",
                "FOB_PORT", "8080",
                "FOB_HOSTS", "Fob.example.org, *.mesos,[::1]",
                "FOB_MAX_PENDING", "5",
                "FOB_MAX_CONNECTIONS", "6",
                "FOB_MAX_REQUEST_BYTES", "5000000",
                "FOB_MAX_REPLY_BYTES", "4194304",
                "FOB_WARM_UP", "false"));

    // When
    GatewayConfig config = GatewayConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new GatewayConfig(
                BusSettings.of("kafka:9092").ofService("gateway"),
                "0.0.0.0",
                8080,
                List.of("fob.example.org", "*.mesos", "::1"),
                new Bounds(5, 6, 5_000_000, 4_194_304),
                WarmUp.When.NEVER,
                Optional.empty(),
                AccessConfig.NONE,
                Optional.empty()));
  }

  @Test
  void anAdminKeyIsReadAndNotShown() throws Exception {
    // Given
    String text = "fob_admin_" + "5ecr37".repeat(8);
    Env env = new Env(Map.of("FOB_ADMIN_KEY", text));

    // When
    GatewayConfig config = GatewayConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config.access().admin())
        .hasValueSatisfying(key -> assertThat(key.text()).isEqualTo(text));
    assertThat(config.toString()).doesNotContain("5ecr37");
  }

  @Test
  void everyBadValue() {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_HOST", " ",
                "FOB_PORT", "http",
                "FOB_HOSTS", "fob.example.org:9999",
                "FOB_MAX_PENDING", "0",
                "FOB_MAX_REQUEST_BYTES", "1MiB",
                "FOB_SECRET_KEY", "hush-hush",
                "FOB_ADMIN_KEY", "hush-hush-hush-hush-hush-hush-hush",
                "FOB_PENDING", "1"));

    // When
    GatewayConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContainingAll(
            "FOB_HOST=' ': expected an address of this machine",
            "FOB_PORT='http': expected a whole number from 0 to 65535",
            "FOB_HOSTS='fob.example.org:9999': expected host names or addresses without ports",
            "FOB_MAX_PENDING='0': expected a whole number from 1 to 1000000",
            "FOB_MAX_REQUEST_BYTES='1MiB': expected a whole number of bytes from 4194304 to",
            "FOB_SECRET_KEY: expected 32 random bytes in base64 or hex",
            "FOB_ADMIN_KEY: expected fob_, an id of",
            "FOB_PENDING: there is no such variable")
        .hasMessageNotContaining("hush");
  }
}
