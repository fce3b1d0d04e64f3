package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.deployer.Drivers;
import fob.deployer.Platforms;
import fob.deployer.layer.InstallSettings;
import fob.service.Env;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessConfigTest {

  private static final Path TMP = Path.of("/tmp");
  private static final Path LOGS = Path.of("/var/log/fob");

  @Test
  void standardsHoldWhereNothingIsSet() throws Exception {
    // When
    Env env = new Env(Map.of());
    ProcessConfig config =
        ProcessConfig.from(env, new Platforms.Surroundings(TMP, LOGS, false, Drivers.none()));

    // Then
    env.requireNoProblems();
    int starts = Runtime.getRuntime().availableProcessors() + 1;
    assertThat(config)
        .isEqualTo(
            new ProcessConfig(
                TMP, LOGS, false, starts, Duration.ofSeconds(30), FunctionNetwork.AUTO))
        .isEqualTo(ProcessConfig.of(TMP, LOGS));
  }

  @Test
  void everyVariableIsRead() throws Exception {
    // When
    Env env =
        new Env(
            Map.of(
                "FOB_RUNTIME_DIR", "/var/tmp",
                "FOB_LOG_DIR", "/logs",
                "FOB_UNSAFE_NO_SANDBOX", "false",
                "FOB_WARM_SANDBOXES", "0",
                "FOB_STARTS_AT_ONCE", "7",
                "FOB_START_TIMEOUT", "5s",
                "FOB_FUNCTION_NETWORK", "own"));
    ProcessConfig config =
        ProcessConfig.from(env, new Platforms.Surroundings(TMP, LOGS, false, Drivers.none()));

    // Then
    env.requireNoProblems();
    assertThat(config)
        .isEqualTo(
            new ProcessConfig(
                Path.of("/var/tmp"),
                Path.of("/logs"),
                false,
                7,
                Duration.ofSeconds(5),
                FunctionNetwork.OWN,
                InstallSettings.STANDARD,
                WarmSizes.NONE));
  }

  @Test
  void ownNetworksWithoutSandboxesAreRefused() {
    Env env = new Env(Map.of("FOB_UNSAFE_NO_SANDBOX", "true", "FOB_FUNCTION_NETWORK", "own"));
    assertThat(
            ProcessConfig.from(env, new Platforms.Surroundings(TMP, LOGS, false, Drivers.none()))
                .unsafeNoSandbox())
        .isTrue();
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContaining("FOB_FUNCTION_NETWORK=own needs sandboxes");
  }

  @Test
  void usersRuntimeDirectoryIsTakenWhereItCanBeUsed(@TempDir Path xdg) throws Exception {
    Files.setPosixFilePermissions(xdg, PosixFilePermissions.fromString("rwx--x--x"));
    assertThat(runtimeParent(Map.of("XDG_RUNTIME_DIR", xdg.toString()))).isEqualTo(xdg);
    assertThat(runtimeParent(Map.of("XDG_RUNTIME_DIR", xdg + "/missing"))).isEqualTo(TMP);
  }

  private static Path runtimeParent(Map<String, String> variables) {
    return ProcessConfig.from(
            new Env(variables), new Platforms.Surroundings(TMP, LOGS, false, Drivers.none()))
        .runtimeParent();
  }

  @Test
  void everyBadValueIsReported() {
    // When
    Env env =
        new Env(
            Map.of(
                "FOB_RUNTIME_DIR", "/nonexistent",
                "FOB_LOG_DIR", "/dev/null/logs",
                "FOB_UNSAFE_NO_SANDBOX", "maybe",
                "FOB_WARM_SANDBOXES", "many",
                "FOB_STARTS_AT_ONCE", "0",
                "FOB_START_TIMEOUT", "soon",
                "FOB_FUNCTION_NETWORK", "mine"));
    ProcessConfig.from(env, new Platforms.Surroundings(TMP, LOGS, false, Drivers.none()));

    // Then
    assertThatThrownBy(env::requireNoProblems)
        .hasMessageContaining("FOB_RUNTIME_DIR='/nonexistent': expected a folder that is there")
        .hasMessageContaining("FOB_LOG_DIR='/dev/null/logs': expected a folder")
        .hasMessageContaining("FOB_UNSAFE_NO_SANDBOX")
        .hasMessageContaining("FOB_WARM_SANDBOXES='many': expected 0 to 100, or LANGUAGE=NUMBER")
        .hasMessageContaining("FOB_STARTS_AT_ONCE")
        .hasMessageContaining("FOB_START_TIMEOUT")
        .hasMessageContaining("FOB_FUNCTION_NETWORK='mine': expected auto, own or host");
  }

  @Test
  void relativePathIsRefused() {
    assertThatThrownBy(() -> ProcessConfig.of(Path.of("run"), LOGS))
        .hasMessageContaining("absolute");
    assertThatThrownBy(() -> ProcessConfig.of(TMP, Path.of("logs")))
        .hasMessageContaining("absolute");
  }
}
