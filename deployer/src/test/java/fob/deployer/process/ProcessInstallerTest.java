package fob.deployer.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import fob.deployer.Drivers;
import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.TestInstaller;
import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Installers in real sandboxes. */
@Timeout(120)
class ProcessInstallerTest {

  private Path folder;
  private ProcessPlatform platform;
  private TestInstaller installer;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createTempDirectory("fobtest");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path language = Files.createDirectories(folder.resolve("drivers/tiny"));
    Files.copy(TestInstaller.SCRIPT, language.resolve("install.sh"));
    Files.writeString(language.resolve("driver.json"), "{\"args\":[\"true\"]}");
    Files.writeString(
        language.resolve("language.json"),
        "{\"install\":[\"/bin/sh\",\"/fob/driver/install.sh\"],\"settings\":[\"FOB_TINY\"]}");
    Drivers drivers = Drivers.in(folder.resolve("drivers"));
    ProcessConfig config =
        new ProcessConfig(
            folder,
            Files.createDirectory(folder.resolve("logs")),
            false,
            2,
            Duration.ofSeconds(30),
            FunctionNetwork.AUTO,
            new InstallSettings(
                Duration.ofSeconds(8),
                16,
                Map.of("FOB_TINY", "of the operator", "FOB_OTHER", "x")));
    platform = new ProcessPlatform(config, drivers, (id, status) -> {});
    installer =
        new TestInstaller(platform.installer().orElseThrow(), drivers.get("tiny").orElseThrow());
  }

  @AfterEach
  void stop() {
    platform.close();
    Trees.delete(folder);
  }

  @Test
  void bothStepsWriteTheirOutput() throws IOException, InterruptedException {
    // When
    String lock = Files.readString(installer.lock("a").resolve("lock.json"));
    Path layer = installer.install(lock);

    // Then
    assertThat(lock).contains("\"name\":\"a\"");
    assertThat(layer.resolve("a.py")).content().startsWith("made = '");
    assertThat(Files.readSymbolicLink(layer.resolve("sub/link"))).hasToString("../made_code");
    assertThat(layer.resolve("code_seen")).isEmptyFile();
    assertThat(installer.installer().directory().resolveSibling("i1")).doesNotExist();
  }

  @Test
  void theInstallersOwnErrorIsTheReason() {
    installer.assertLockFails("b unknown", "there is no package b\nknown are a, b");
    assertThat(
            catchThrowableOfType(InstallFailed.class, () -> installer.install("{\"name\":\"c\"}")))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({"silent, exit code 3", "link, leads out", "pipe, is no file"})
  void anInstallerThatBreaksTheContractFails(String what, String why) {
    installer.assertLockFails("a " + what, why);
  }

  @Test
  void theTimeLimitEndsAnInstallerWithAllItsProcesses() {
    // When
    installer.assertLockFails("a hangs", "8s", "FOB_INSTALL_TIMEOUT", "waiting for the index");

    // Then
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(ProcessTestPlatform.processes(folder, java.util.List.of())).isEmpty());
  }

  @Test
  void theSizeLimitFailsTheInstaller() {
    assertThat(
            catchThrowableOfType(
                InstallFailed.class,
                () -> installer.install("{\"packages\":[{\"name\":\"large\"}]}")))
        .isNotNull()
        .hasMessageContainingAll("16 MiB", "FOB_LAYER_MIB");
  }

  @Test
  void anInterruptEndsTheInstaller() throws InterruptedException {
    // Given
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread thread = installer.hang(end);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !ProcessTestPlatform.processes(folder, java.util.List.of()).isEmpty());

    // When
    thread.interrupt();
    thread.join();

    // Then
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ProcessTestPlatform.processes(folder, java.util.List.of()).isEmpty());
  }

  @Test
  void aHostileInstallerSeesNothingOfOthers() throws IOException, InterruptedException {
    // Given the data of another function
    Path other = installer.newFolder();
    Files.write(other.resolve("secret"), "hidden".getBytes(UTF_8));

    // When
    String seen = Files.readString(installer.lock("a spy " + other).resolve("seen"));

    // Then
    assertThat(seen)
        .startsWith("1000\n")
        .contains("FOB_TINY=of the operator")
        .doesNotContain("FOB_OTHER", "secret\n", "root:", "JAVA_HOME")
        .contains("cannot access '" + other + "'")
        .contains("cannot touch '/fob/code/x'", "cannot touch '/fob/driver/x'");
  }
}
