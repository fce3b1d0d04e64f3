package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.local.SandboxExit;
import fob.deployer.local.SandboxOutput;
import fob.deployer.process.Launcher.Launched;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tried with sandboxes that do not end with the process that fob waits for. */
class SandboxProcessesTest {

  private static final String RENAMED = "exec -a python3 sleep 100";

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();
  private final List<ProcessHandle> inside = new ArrayList<>();

  @AfterEach
  void endAll() {
    inside.forEach(ProcessHandle::destroyForcibly);
    started.forEach(Process::destroyForcibly);
  }

  /** Starts a sandbox with files from a directory; returns its outermost process. */
  private Process sandbox(Path directory) throws IOException {
    Files.createDirectories(directory);
    ProcessBuilder builder =
        new ProcessBuilder("bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc");
    builder.command().addAll(List.of("--bind", directory + "", "/mnt"));
    builder.command().addAll(List.of("bash", "-c", RENAMED));
    Process sandbox = builder.start();
    started.add(sandbox);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sandbox.descendants().anyMatch(this::sleeps));
    sandbox.descendants().forEach(inside::add);
    return sandbox;
  }

  private boolean sleeps(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/sleep")).isPresent();
  }

  private static SandboxProcesses from(Path directory) {
    return new SandboxProcesses(Optional.empty(), directory);
  }

  @Test
  void thoseOfADirectoryEndAndNoOthersWhateverTheyCallThemselves() throws Exception {
    // Given
    Process left = sandbox(folder.resolve("fob-01/f1/r1"));
    Process other = sandbox(folder.resolve("fob-012/f1/r1"));
    left.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    assertThat(from(folder.resolve("fob-01")).alive()).isNotEmpty();

    // When
    assertThat(from(folder.resolve("fob-01")).end(Duration.ofSeconds(10))).isEmpty();

    // Then
    assertThat(from(folder.resolve("fob-01")).alive()).isEmpty();
    assertThat(from(folder.resolve("fob-012")).alive()).isNotEmpty();
    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void instancesOfOneFunctionAreToldApart() throws Exception {
    // Given
    sandbox(folder.resolve("fob-01/f1/r1"));
    Process other = sandbox(folder.resolve("fob-01/f1/r11"));

    // When
    assertThat(from(folder.resolve("fob-01/f1/r1")).end(Duration.ofSeconds(10))).isEmpty();

    // Then
    assertThat(other.isAlive()).isTrue();
    assertThat(from(folder.resolve("fob-01")).alive()).hasSizeGreaterThan(1);
  }

  @Test
  void sandboxHasEndedOnlyWhenNothingOfItIsLeft() throws Exception {
    // Given
    Path run = folder.resolve("fob-01/f1/r1");
    Process process = sandbox(run);
    try (Spawner spawner = new Spawner(new Loops())) {
      Launcher launcher =
          new Launcher(
              null,
              Optional.empty(),
              spawner,
              Optional.empty(),
              new ForkBombs(new Loops().timer("fork-bombs")));
      Launched launched = new Launched(process, Optional.empty(), from(run), Optional.empty());
      ProcessSandbox sandbox = new ProcessSandbox("one", launched, launcher, new Heard());

      // When
      sandbox.kill();
      SandboxExit exit = sandbox.ended().get(10, TimeUnit.SECONDS);

      // Then
      assertThat(exit).isEqualTo(new SandboxExit.Code(137, false, false));
      assertThat(from(run).alive()).isEmpty();
    }
  }

  @Test
  void processesThatDoNotEndAreToldAndTheSandboxHasNotEnded() throws Exception {
    // Given a group that the kernel does not empty
    Path stuck = Files.createDirectory(folder.resolve("stuck"));
    Path members = Files.writeString(stuck.resolve("cgroup.procs"), "4194999\n");
    Cgroup cgroup = new Cgroup(List.of(stuck), stuck.resolve("events"));
    Process process = new ProcessBuilder("true").start();
    Heard heard = new Heard();
    try (Spawner spawner = new Spawner(new Loops())) {
      Launcher launcher =
          new Launcher(
              null,
              Optional.empty(),
              spawner,
              Optional.empty(),
              new ForkBombs(new Loops().timer("fork-bombs")));
      SandboxProcesses processes = new SandboxProcesses(Optional.of(cgroup), stuck);

      // When
      ProcessSandbox sandbox =
          new ProcessSandbox(
              "one",
              new Launched(process, Optional.of(cgroup), processes, Optional.empty()),
              launcher,
              heard);
      await().atMost(Duration.ofSeconds(20)).until(() -> !heard.lingering.isEmpty());

      // Then
      assertThat(heard.lingering)
          .first()
          .asString()
          .contains("1 of its processes")
          .contains("4194999");
      assertThat(sandbox.ended()).isNotDone();
      Files.delete(members);
      assertThat(sandbox.ended().get(20, TimeUnit.SECONDS))
          .isEqualTo(new SandboxExit.Code(0, false, false));
    }
  }

  private static final class Heard implements SandboxOutput {
    private final List<String> lingering = new CopyOnWriteArrayList<>();

    @Override
    public void event(byte[] line) {}

    @Override
    public void log(byte[] line) {}

    @Override
    public void doesNotEnd(String why) {
      lingering.add(why);
    }
  }
}
