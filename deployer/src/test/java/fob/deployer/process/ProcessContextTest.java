package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.deployer.local.UnixHttp;
import fob.function.FunctionId;
import fob.function.FunctionStatus.Deploying;
import fob.function.Instance;
import fob.function.Limits;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessContextTest {

  @TempDir Path parent;
  @TempDir Path logs;

  @BeforeEach
  void letOthersPass() throws IOException {
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void sandboxThatDoesNotWorkIsRefusedInItsOwnWords() throws IOException {
    // Given
    HostLayout broken = new HostLayout(List.of("--ro-bind", "/no/such", "/usr"), List.of());
    HostUser users = HostUser.sameAsFob();
    try (RuntimeDirectory runtime = RuntimeDirectory.create(parent, false, new SplittableRandom());
        Spawner spawner = new Spawner(new Loops())) {
      runtime.writeFilters();
      Launcher launcher =
          new Launcher(
              new Sandbox(broken, runtime.common(), new ResourceLimits(Map.of()), true),
              Optional.empty(),
              spawner,
              Optional.empty(),
              new ForkBombs(new Loops().timer("fork-bombs")));

      // Then
      assertThatThrownBy(
              () -> Preflight.run(new ProcessContext(runtime, users, launcher, ""), Limits.DEFAULT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bwrap:")
          .hasMessageContaining("/no/such");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void runtimeDirectoryThatCannotServeIsRefusedWithTheWayOut() throws IOException {
    Path tooLong = Files.createDirectories(parent.resolve("x".repeat(100)));
    Path closed = Files.createDirectory(parent.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

    for (Path bad : List.of(tooLong, closed, parent.resolve("missing"))) {
      assertThatThrownBy(() -> RuntimeDirectory.create(bad, true, new SplittableRandom()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(bad.toString())
          .hasMessageContaining("FOB_RUNTIME_DIR");
    }
  }

  @Test
  void withoutASandboxFunctionsRunAsPlainProcessesAndSayIt() throws IOException {
    // Given
    ProcessConfig unsafe =
        new ProcessConfig(parent, logs, true, 2, Duration.ofSeconds(30), FunctionNetwork.AUTO);
    try (ProcessTestPlatform tested = new ProcessTestPlatform(unsafe)) {
      // When
      FunctionId id =
          tested.deploy(
              "import os\ndef callme(end):\n    return os.getpid() if not end else os._exit(4)\n");
      Instance first = tested.awaitReady(id);

      // Then
      assertThat(tested.platform.isolation()).startsWith("NONE");
      assertThat(ProcessHandle.of(tested.call(first, "{\"end\":false}").asLong())).isPresent();
      assertThatThrownBy(() -> UnixHttp.run(first, "{\"end\":true}"))
          .isInstanceOf(IOException.class);
      tested.awaitReplaced(id, first);
      assertThat(tested.told(id))
          .contains(new Deploying("restarting: the process ended by itself with exit code 4"));
      tested.platform.close();
      assertThat(tested.processes()).isEmpty();
    }
  }

  @Test
  void whereControlGroupsAreUsedNoneIsLeftBehind() throws IOException {
    // Given
    ProcessContext context = ProcessContext.start(ProcessConfig.of(parent, logs), new Loops());

    // When
    context.close();

    // Then
    context
        .launcher()
        .cgroups()
        .ifPresent(
            groups -> assertThat(groups.parents()).allSatisfy(p -> assertThat(p).doesNotExist()));
    assertThat(parent).isEmptyDirectory();
  }
}
