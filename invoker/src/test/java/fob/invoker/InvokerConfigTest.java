package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.BusSettings;
import fob.service.Env;
import fob.service.WarmUp;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InvokerConfigTest {

  @Test
  void defaults() throws Exception {
    // Given
    Env env = new Env(Map.of());

    // When
    InvokerConfig config = InvokerConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new InvokerConfig(
                BusSettings.of("127.0.0.1:9092").ofService("invoker"),
                Optional.empty(),
                "127.0.0.1",
                9997,
                10_000,
                1_000,
                100_000,
                WarmUp.When.BEFORE_READY,
                Duration.ofSeconds(5)));
  }

  @Test
  void everyKey() throws Exception {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
                "FOB_MEMBER", "invoker-1",
                "FOB_HOST", "0.0.0.0",
                "FOB_PORT", "8080",
                "FOB_MAX_IN_FLIGHT", "5",
                "FOB_MAX_WAITING", "0",
                "FOB_MAX_KEYS", "7",
                "FOB_WARM_UP", "false",
                "FOB_DRAIN", "2m"));

    // When
    InvokerConfig config = InvokerConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new InvokerConfig(
                BusSettings.of("kafka:9092").ofService("invoker"),
                Optional.of("invoker-1"),
                "0.0.0.0",
                8080,
                5,
                0,
                7,
                WarmUp.When.NEVER,
                Duration.ofMinutes(2)));
  }

  @Test
  void everyBadValue() {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_MEMBER", " ",
                "FOB_HOST", "",
                "FOB_PORT", "70000",
                "FOB_MAX_IN_FLIGHT", "0",
                "FOB_MAX_WAITING", "-1",
                "FOB_MAX_KEYS", "0",
                "FOB_DRAIN", "1h",
                "FOB_MAX_INFLIGHT", "5"));

    // When
    InvokerConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContainingAll(
            "FOB_MEMBER=' ': expected a name",
            "FOB_HOST='': expected an address of this machine",
            "FOB_PORT='70000': expected a whole number from 0 to 65535",
            "FOB_MAX_IN_FLIGHT='0': expected a whole number from 1 to 1000000",
            "FOB_MAX_WAITING='-1': expected a whole number from 0 to 1000000",
            "FOB_MAX_KEYS='0': expected a whole number from 1 to 10000000",
            "FOB_DRAIN='1h': expected a duration from 0s to 15m",
            "FOB_MAX_INFLIGHT: there is no such variable");
  }

  @Test
  void maxWaitingMustNotExceedMaxInFlight() {
    // Given
    Env env = new Env(Map.of("FOB_MAX_IN_FLIGHT", "5", "FOB_MAX_WAITING", "6"));

    // When
    InvokerConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessage("FOB_MAX_WAITING=6: expected at most FOB_MAX_IN_FLIGHT, which is 5");
  }

  @Test
  void aSmallMaxInFlightAloneLowersMaxWaiting() throws Exception {
    // Given
    Env env = new Env(Map.of("FOB_MAX_IN_FLIGHT", "5"));

    // Then
    assertThat(InvokerConfig.from(env).maxWaiting()).isEqualTo(5);
    env.requireNoProblems();
  }
}
