package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.deployer.Drivers;
import fob.deployer.Platforms;
import fob.deployer.layer.InstallSettings;
import fob.deployer.local.LocalSettings;
import fob.service.ConfigurationException;
import fob.service.Env;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DockerConfigTest {

  private static final Path TMP = Path.of("/tmp");
  private static final Path LOGS = Path.of("/var/log/fob");

  private static DockerConfig from(Map<String, String> variables) throws ConfigurationException {
    Env env = new Env(variables);
    DockerConfig config =
        DockerConfig.from(env, new Platforms.Surroundings(TMP, LOGS, false, Drivers.none()));
    env.requireNoProblems();
    return config;
  }

  @Test
  void standardsHoldWhereNothingIsSet() throws Exception {
    assertThat(from(Map.of()))
        .isEqualTo(
            new DockerConfig(
                LocalSettings.of(TMP, LOGS),
                Path.of("/var/run/docker.sock"),
                BigDecimal.ONE,
                null,
                false))
        .isEqualTo(DockerConfig.of(TMP, LOGS));
  }

  @Test
  void everyVariableIsRead() throws Exception {
    assertThat(
            from(
                Map.of(
                    "FOB_RUNTIME_DIR", "/var/tmp",
                    "FOB_LOG_DIR", "/logs",
                    "FOB_STARTS_AT_ONCE", "7",
                    "FOB_START_TIMEOUT", "5s",
                    "FOB_DOCKER_HOST", "unix:///run/user/1000/docker.sock",
                    "FOB_DOCKER_CPUS", "0.5",
                    "FOB_DOCKER_RUNTIME", "runsc",
                    "FOB_INSTALL_TIMEOUT", "9s",
                    "FOB_DOCKER_INSTALL_NETWORK", "host")))
        .isEqualTo(
            new DockerConfig(
                new LocalSettings(Path.of("/var/tmp"), Path.of("/logs"), 7, Duration.ofSeconds(5)),
                Path.of("/run/user/1000/docker.sock"),
                new BigDecimal("0.5"),
                "runsc",
                false,
                new InstallSettings(
                    Duration.ofSeconds(9),
                    InstallSettings.STANDARD.layerMiB(),
                    InstallSettings.STANDARD.reuse(),
                    Map.of()),
                "host"));
  }

  @Test
  void dockersOwnVariableIsHonouredUnlessFobsIsSet() throws Exception {
    assertThat(from(Map.of("DOCKER_HOST", "unix:///a")).socket()).isEqualTo(Path.of("/a"));
    assertThat(from(Map.of("DOCKER_HOST", "tcp://a:1", "FOB_DOCKER_HOST", "unix:///b")).socket())
        .isEqualTo(Path.of("/b"));
  }

  @Test
  void nameOfARuntimeOrANetworkIsNoText() {
    assertThatThrownBy(() -> from(Map.of("FOB_DOCKER_RUNTIME", "a b")))
        .hasMessageContaining("FOB_DOCKER_RUNTIME='a b'");
    assertThatThrownBy(() -> from(Map.of("FOB_DOCKER_INSTALL_NETWORK", "-")))
        .hasMessageContainingAll("FOB_DOCKER_INSTALL_NETWORK='-'", "docker network ls");
  }

  @Test
  void everyBadValueIsReported() {
    assertThatThrownBy(
            () -> from(Map.of("FOB_DOCKER_HOST", "tcp://a:2375", "FOB_DOCKER_CPUS", "none")))
        .hasMessageContaining("FOB_DOCKER_HOST='tcp://a:2375'")
        .hasMessageContaining("unix:///var/run/docker.sock")
        .hasMessageContaining("FOB_DOCKER_CPUS");
    assertThatThrownBy(() -> from(Map.of("FOB_DOCKER_CPUS", "0")))
        .hasMessageContaining("0.01 to 1024");
    assertThatThrownBy(() -> from(Map.of("DOCKER_HOST", "ssh://a")))
        .hasMessageContaining("DOCKER_HOST='ssh://a'")
        .hasMessageContaining("set FOB_DOCKER_HOST");
  }
}
