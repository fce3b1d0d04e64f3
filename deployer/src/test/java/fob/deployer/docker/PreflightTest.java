package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.wire.Json;
import fob.deployer.Drivers;
import fob.deployer.local.LocalSettings;
import fob.deployer.local.TestPlatform;
import fob.deployer.local.Trees;
import fob.service.Loops;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {

  @TempDir Path dir;

  private String refusal(Path socket, String cpus) throws IOException {
    return refusal(socket, cpus, null);
  }

  private String refusal(Path socket, String cpus, @Nullable String runtime) throws IOException {
    DockerConfig standard = DockerConfig.of(dir, dir.resolve("logs"));
    DockerConfig config =
        new DockerConfig(standard.local(), socket, new BigDecimal(cpus), runtime, false);
    Drivers drivers = Drivers.in(TestPlatform.DRIVERS);
    try {
      new DockerPlatform(config, drivers, "owner", (_, _) -> {}, new Loops()).close();
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void engineThatIsNotThereIsNamedWithTheWayOut() throws IOException {
    assertThat(refusal(dir.resolve("none.sock"), "1"))
        .contains("there is no Docker engine at unix://" + dir)
        .contains("FOB_DOCKER_HOST");
  }

  @Test
  void socketThatNobodyListensAtIsRefusedWithTheWayOut() throws IOException {
    Path socket = dir.resolve("dead.sock");
    new UnixAnswer(socket, "").close();
    assertThat(refusal(socket, "1")).contains("does not answer").contains("systemctl start docker");
  }

  @Test
  void whatIsNoEngineIsRefused() throws IOException {
    Path socket = dir.resolve("other.sock");
    try (UnixAnswer _ = new UnixAnswer(socket, "hello")) {
      assertThat(refusal(socket, "1")).contains(socket + " is no Docker engine");
    }
  }

  @Test
  void oldEngineIsRefused() throws IOException {
    Path socket = dir.resolve("old.sock");
    try (UnixAnswer _ =
        new UnixAnswer(
            socket, "{\"Version\":\"19.3\",\"ApiVersion\":\"1.40\",\"MinAPIVersion\":\"1.12\"}")) {
      assertThat(refusal(socket, "1"))
          .contains("speaks API 1.40 (Docker 19.3)")
          .contains("20.10 or newer");
    }
  }

  @Test
  void moreCpusThanThereAreAreRefused() throws IOException {
    Path socket = dir.resolve("small.sock");
    try (UnixAnswer _ =
        new UnixAnswer(socket, "{\"ApiVersion\":\"1.54\",\"OSType\":\"linux\",\"NCPU\":2}")) {
      assertThat(refusal(socket, "2.5")).contains("FOB_DOCKER_CPUS=2.5").contains("has 2");
    }
  }

  @Test
  void runtimeThatTheEngineDoesNotKnowIsRefusedWithThoseThatItKnows() throws IOException {
    Path socket = dir.resolve("runtimes.sock");
    try (UnixAnswer _ =
        new UnixAnswer(
            socket,
            "{\"ApiVersion\":\"1.54\",\"OSType\":\"linux\",\"NCPU\":2,"
                + "\"Runtimes\":{\"runc\":{},\"kata\":{}}}")) {
      assertThat(refusal(socket, "1", "runsc"))
          .contains("FOB_DOCKER_RUNTIME=runsc", "it has kata, runc");
    }
  }

  @Test
  void whatSomebodyElseMadeInItsPlaceIsNotUsed() throws IOException {
    // Given
    Path foreign = InstanceFiles.of(dir, "owner").of(".").normalize();
    Trees.delete(foreign);
    Files.createSymbolicLink(foreign, Path.of("/var"));

    // Then
    assertThatThrownBy(() -> InstanceFiles.of(dir, "owner"))
        .hasMessageContaining(foreign.toString())
        .hasMessageContaining("FOB_RUNTIME_DIR");
  }

  @Test
  void isolationSaysWhatTheEngineCannotBound() {
    assertThat(
            Isolation.of(
                Json.parse(
                    """
                    {"SecurityOptions":["name=seccomp,profile=default","name=cgroupns","name=rootless"],
                     "MemoryLimit":true,"CpuCfsQuota":false,"PidsLimit":true}
                    """
                        .getBytes(StandardCharsets.UTF_8)),
                new DockerConfig(
                    LocalSettings.of(dir, dir), dir, new BigDecimal("1.50"), "runsc", false)))
        .isEqualTo(
            "docker: a container for each instance by the runtime runsc (seccomp, rootless), no capabilities, read-only"
                + " files, no network unless asked for; bounded for each: memory, processes;"
                + " open files and the size of a file bounded for each process; /tmp and /dev/shm by"
                + " their size; run time, results and log by fob; NOT bounded, as the engine cannot:"
                + " CPU (at most 1.50 cores)");
  }
}
