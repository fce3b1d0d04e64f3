package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.BusSettings;
import fob.service.Env;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeployerConfigTest {

  private static final String DRIVERS = Path.of("../drivers").toAbsolutePath().toString();

  @Test
  void defaults() throws Exception {
    // Given
    Env env = new Env(Map.of("FOB_DRIVERS", DRIVERS));

    // When
    DeployerConfig config = DeployerConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new DeployerConfig(
                BusSettings.of("127.0.0.1:9092").ofService("deployer"),
                Optional.empty(),
                "127.0.0.1",
                9998,
                config.drivers(),
                Platforms.PROCESS,
                Optional.empty(),
                5));
    assertThat(config.drivers().languages()).contains("python");
  }

  @Test
  void everyKey() throws Exception {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
                "FOB_MEMBER", "deployer-1",
                "FOB_HOST", "0.0.0.0",
                "FOB_PORT", "0",
                "FOB_DRIVERS", DRIVERS,
                "FOB_PLATFORM", "docker",
                "FOB_KEEP_VERSIONS", "2"));

    // When
    DeployerConfig config = DeployerConfig.from(env);

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new DeployerConfig(
                BusSettings.of("kafka:9092").ofService("deployer"),
                Optional.of("deployer-1"),
                "0.0.0.0",
                0,
                config.drivers(),
                Platforms.DOCKER,
                Optional.empty(),
                2));
  }

  @Test
  void driversThatAreNotThereAreAProblemLikeAnyOther() {
    // Given
    Env env = new Env(Map.of("FOB_DRIVERS", "/nonexistent", "FOB_PLATFORM", "dokcer"));

    // When
    DeployerConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContaining("FOB_DRIVERS='/nonexistent': there is no folder /nonexistent")
        .hasMessageContaining("FOB_PLATFORM='dokcer'");
  }

  @Test
  void everyBadValue() {
    // Given
    Env env =
        new Env(
            Map.of(
                "FOB_MEMBER", "",
                "FOB_HOST", " ",
                "FOB_PORT", "-1",
                "FOB_DRIVERS", "a\0b",
                "FOB_PLATFORM", "kubernetes",
                "FOB_KEEP_VERSIONS", "0",
                "FOB_DRIVER", "python"));

    // When
    DeployerConfig.from(env);

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContainingAll(
            "FOB_MEMBER='': expected a name",
            "FOB_HOST=' ': expected an address of this machine",
            "FOB_PORT='-1': expected a whole number from 0 to 65535",
            "FOB_DRIVERS='a\0b': expected a path",
            "FOB_PLATFORM='kubernetes': expected process, docker or marathon",
            "FOB_KEEP_VERSIONS='0': expected a whole number from 1 to 1000",
            "FOB_DRIVER: there is no such variable");
  }
}
